{{/* Labels of every object. Takes the root context. */}}
{{- define "weir.labels" -}}
app.kubernetes.io/name: weir
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: weir
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* By what a program's pods are selected, which must never change. Takes a program. */}}
{{- define "weir.selector" -}}
app.kubernetes.io/name: weir
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "weir.image" -}}
{{- $image := .Values.image -}}
{{- $name := empty $image.registry | ternary $image.repository (printf "%s/%s" $image.registry $image.repository) -}}
{{- if $image.digest -}}
{{ $name }}@{{ $image.digest }}
{{- else -}}
{{ $name }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{/*
Objects of a file of Weir's own, whose rules tests hold to what is needed: in the release's namespace, with our labels.
Takes a dict: root, file, name (of the objects that are wanted; all, if there is none), annotations (YAML, may lack).
*/}}
{{- define "weir.file" -}}
{{- $text := .root.Files.Get (printf "files/%s" .file) | replace "weir-system" .root.Release.Namespace -}}
{{- if .name -}}
{{- $wanted := list -}}
{{- range $one := regexSplit "(?m)^---\n" $text -1 -}}
{{- if contains (printf "\n  name: %s\n" $.name) $one -}}
{{- $wanted = append $wanted $one -}}
{{- end -}}
{{- end -}}
{{- $text = join "---\n" $wanted -}}
{{- end -}}
{{- $labels := printf "  labels:\n%s" (include "weir.labels" .root | indent 4) -}}
{{- $annotations := empty .annotations | ternary "" (printf "\n  annotations:\n%s" (.annotations | default "" | indent 4)) -}}
{{- regexReplaceAll "(?m)^metadata:$" $text (printf "metadata:\n%s%s" $labels $annotations) | trimSuffix "\n" -}}
{{- end }}

{{/* What holds for every pod of Weir. Takes the root context. */}}
{{- define "weir.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "weir.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Variables of every container. Takes the root context. */}}
{{- define "weir.env" -}}
- name: WEIR_LOG
  value: {{ .Values.log.level }}
- name: WEIR_LOG_FORMAT
  value: {{ .Values.log.format }}
{{- end }}
