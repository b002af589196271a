{{/*
A Job of an installation, an upgrade or a removal, with an account of its own that may do what a ClusterRole of one of
Weir's files says. All of it is gone once the Job has succeeded; a Job that failed stays, with its log.

Takes a dict: root, name (of all its objects), events (of Helm's, separated by commas), file, role (in that file), own
(whether the file has a Role of that name too), args (of weir, a list), tries, seconds (until it is given up).
*/}}
{{- define "weir.hook" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "weir.hookMetadata" (merge (dict "weight" "-20") .) | nindent 2 }}
  namespace: {{ .root.Release.Namespace }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
---
{{ include "weir.file" (dict "root" .root "file" .file "name" .role
    "annotations" (include "weir.hookAnnotations" (merge (dict "weight" "-20") .))) }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  {{- include "weir.hookMetadata" (merge (dict "weight" "-15") .) | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ .role }}
subjects:
- kind: ServiceAccount
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
{{- if .own }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  {{- include "weir.hookMetadata" (merge (dict "weight" "-15") .) | nindent 2 }}
  namespace: {{ .root.Release.Namespace }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .role }}
subjects:
- kind: ServiceAccount
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
{{- end }}
---
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "weir.hookMetadata" (merge (dict "weight" "-10") .) | nindent 2 }}
  namespace: {{ .root.Release.Namespace }}
spec:
  backoffLimit: {{ .tries }}
  activeDeadlineSeconds: {{ .seconds }}
  template:
    metadata:
      labels:
        {{- include "weir.labels" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .name }}
    spec:
      serviceAccountName: {{ .name }}
      restartPolicy: Never
      {{- include "weir.once" . | nindent 6 }}
{{- end }}

{{/* The rest of a pod that ends: Takes root and args. It is scheduled as the control plane is. */}}
{{- define "weir.once" -}}
securityContext:
  {{- include "weir.podSecurity" .root | nindent 2 }}
{{- with .root.Values.controlPlane.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.controlPlane.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
- name: weir
  image: {{ include "weir.image" .root | quote }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args:
    {{- toYaml .args | nindent 2 }}
  env:
  {{- include "weir.env" .root | nindent 2 }}
  resources:
    requests:
      cpu: 50m
      memory: 128Mi
    limits:
      memory: 512Mi
  securityContext:
    {{- include "weir.containerSecurity" .root | nindent 4 }}
  volumeMounts:
  - name: tmp
    mountPath: /tmp
volumes:
- name: tmp
  emptyDir: {}
{{- end }}

{{/* Takes what weir.hook takes, and weight. */}}
{{- define "weir.hookMetadata" -}}
name: {{ .name }}
labels:
  {{- include "weir.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .name }}
annotations:
  {{- include "weir.hookAnnotations" . | nindent 2 }}
{{- end }}

{{- define "weir.hookAnnotations" -}}
helm.sh/hook: {{ .events }}
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
helm.sh/hook-output-log-policy: hook-failed
{{- end }}
