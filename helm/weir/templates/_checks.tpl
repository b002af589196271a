{{/* Fails where values contradict each other or the cluster. Takes the root context. */}}
{{- define "weir.check" -}}
{{- $version := .Capabilities.KubeVersion.Version -}}
{{- with .Values.sidecars -}}
{{- if and (eq .credential "certificate") (semverCompare "<1.37.0-0" $version) (not .assumePodCertificates) -}}
{{- fail (printf "sidecars.credential is certificate, which needs Kubernetes 1.37, and this is %s: set sidecars.credential=token, or sidecars.assumePodCertificates=true if the cluster serves PodCertificateRequests" $version) -}}
{{- end -}}
{{- if and (eq .credential "certificate") (eq $.Values.controlPlane.podCertificates "never") -}}
{{- fail "sidecars.credential is certificate, and controlPlane.podCertificates is never, so that nobody would sign them: set one of them otherwise" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.monitoring.edges.enabled (not .Values.telemetry.enabled) -}}
{{- fail "monitoring.edges.enabled is true, and telemetry.enabled is false, so that nobody would tell the edges: set one of them otherwise" -}}
{{- end -}}
{{- with .Values.metrics.prometheus -}}
{{- $matcher := `[a-zA-Z_][a-zA-Z0-9_]*\s*(=~|!~|!=|=)\s*"([^"\\[:cntrl:]]|\\["\\n])*"` -}}
{{- $list := printf `%s(\s*,\s*%s)*` $matcher $matcher -}}
{{- if not (regexMatch (printf `^\s*(%s|\{\s*(%s)?\s*\})?\s*$` $list $list) .selector) -}}
{{- fail (printf "metrics.prometheus.selector is %s, which is no list of label matchers, as job=\"weir-telemetry\",namespace=\"weir-system\"" .selector) -}}
{{- end -}}
{{- if and (.ca).configMap (.ca).secret -}}
{{- fail "metrics.prometheus.ca names a ConfigMap and a Secret: set one of them" -}}
{{- end -}}
{{- end -}}
{{- range $name := list "controlPlane" "injector" -}}
{{- with index $.Values $name -}}
{{- if (.autoscaling).enabled -}}
{{- if not (kindIs "invalid" .replicas) -}}
{{- fail (printf "%s.replicas is %v, and %s.autoscaling decides how many there are: set %s.replicas=null" $name .replicas $name $name) -}}
{{- end -}}
{{- if gt (int .autoscaling.minReplicas) (int .autoscaling.maxReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas is more than maxReplicas" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/*
Which targets of a Prometheus the metrics API believes: those that monitoring.edges has it scrape, as its operator labels them,
unless it is said. Takes the root context.
*/}}
{{- define "weir.metricsSelector" -}}
{{- $said := .Values.metrics.prometheus.selector | trim -}}
{{- if $said -}}
{{- $said -}}
{{- else if .Values.monitoring.edges.enabled -}}
job="weir-telemetry",namespace={{ .Release.Namespace | quote }}
{{- end -}}
{{- end }}
