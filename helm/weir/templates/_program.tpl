{{/*
The objects of a program that runs all the time: Deployment, Service, ServiceAccount, and what goes with them.

Takes a program, a dict: root, name (of all its objects), component, values (of the program), args (of weir, a list),
ports (of the pod, name to number), service (ports of the Service, name to number), grace (seconds until it is killed),
open (names of the ports that everybody may reach, a list), preStop (seconds before it is asked to end), token (a folder with a
token by which the control plane knows the program; may lack), files (a volume of Secrets and ConfigMaps: name, path, sources as of a
projected volume, none for no volume; may lack).
*/}}
{{- define "weir.program" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "weir.programMetadata" . | nindent 2 }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "weir.programMetadata" . | nindent 2 }}
spec:
  selector:
    {{- include "weir.selector" . | nindent 4 }}
  ports:
  {{- range $name, $port := .service }}
  - name: {{ $name }}
    port: {{ $port }}
    protocol: TCP
    targetPort: {{ $name }}
  {{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "weir.programMetadata" . | nindent 2 }}
spec:
  {{- if not (.values.autoscaling).enabled }}
  replicas: {{ include "weir.replicas" .values }}
  {{- end }}
  revisionHistoryLimit: 3
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  selector:
    matchLabels:
      {{- include "weir.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "weir.labels" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .component }}
        {{- with .values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        kubectl.kubernetes.io/default-container: weir
        {{- with .values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "weir.programPod" . | nindent 6 }}
{{- with .values.podDisruptionBudget }}
{{- if .enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "weir.programMetadata" $ | nindent 2 }}
spec:
  maxUnavailable: {{ .maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "weir.selector" $ | nindent 6 }}
{{- end }}
{{- end }}
{{- with .values.autoscaling }}
{{- if .enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "weir.programMetadata" $ | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ $.name }}
  minReplicas: {{ .minReplicas }}
  maxReplicas: {{ .maxReplicas }}
  metrics:
  - type: Resource
    resource:
      name: cpu
      target:
        type: Utilization
        averageUtilization: {{ .targetCPUUtilizationPercentage }}
{{- end }}
{{- end }}
{{- if .root.Values.networkPolicy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "weir.programMetadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "weir.selector" . | nindent 6 }}
  policyTypes: [Ingress]
  ingress:
  - ports:
    {{- range .open }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
  - ports:
    - port: admin
      protocol: TCP
    {{- with .root.Values.networkPolicy.metricsFrom }}
    from:
      {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end }}

{{- define "weir.programMetadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "weir.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Takes the values of a program. */}}
{{- define "weir.replicas" -}}
{{ kindIs "invalid" .replicas | ternary 1 .replicas }}
{{- end }}

{{- define "weir.programPod" -}}
serviceAccountName: {{ .name }}
terminationGracePeriodSeconds: {{ .grace }}
securityContext:
  {{- include "weir.podSecurity" .root | nindent 2 }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .values.topologySpread.enabled }}
topologySpreadConstraints:
- topologyKey: kubernetes.io/hostname
  maxSkew: 1
  whenUnsatisfiable: {{ .values.topologySpread.whenUnsatisfiable }}
  labelSelector:
    matchLabels:
      {{- include "weir.selector" . | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
# A node without a zone would never be scheduled to if this had to be so.
- topologyKey: topology.kubernetes.io/zone
  maxSkew: 1
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "weir.selector" . | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
containers:
- name: weir
  image: {{ include "weir.image" .root | quote }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args:
    {{- toYaml .args | nindent 2 }}
  env:
  - name: POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
  - name: POD_NAMESPACE
    valueFrom:
      fieldRef:
        fieldPath: metadata.namespace
  {{- include "weir.env" .root | nindent 2 }}
  {{- with .env }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .values.env }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  ports:
  {{- range $name, $port := .ports }}
  - name: {{ $name }}
    containerPort: {{ $port }}
    protocol: TCP
  {{- end }}
  # It may start slowly where processors are busy; from then on it is held to answer.
  startupProbe:
    httpGet:
      path: /healthz
      port: admin
    periodSeconds: 2
    timeoutSeconds: 2
    failureThreshold: 60
  livenessProbe:
    httpGet:
      path: /healthz
      port: admin
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 3
  readinessProbe:
    httpGet:
      path: /readyz
      port: admin
    periodSeconds: 3
    timeoutSeconds: 3
    failureThreshold: 2
  {{- if .preStop }}
  # The API server is told a moment later that this replica ends, and calls it until then.
  lifecycle:
    preStop:
      sleep:
        seconds: {{ .preStop }}
  {{- end }}
  resources:
    {{- toYaml .values.resources | nindent 4 }}
  securityContext:
    {{- include "weir.containerSecurity" .root | nindent 4 }}
  volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- if .token }}
  - name: token
    mountPath: {{ .token }}
    readOnly: true
  {{- end }}
  {{- if (.files).sources }}
  - name: {{ .files.name }}
    mountPath: {{ .files.path }}
    readOnly: true
  {{- end }}
volumes:
- name: tmp
  emptyDir: {}
{{- if .token }}
- name: token
  projected:
    sources:
    - serviceAccountToken:
        audience: weir.io/xds
        expirationSeconds: 3600
        path: token
{{- end }}
{{- if (.files).sources }}
- name: {{ .files.name }}
  projected:
    sources:
    {{- toYaml .files.sources | nindent 4 }}
{{- end }}
{{- end }}

{{/* What sidecars send to a collector, as arguments of weir: a list in JSON; empty where nobody is named. */}}
{{- define "weir.openTelemetry" -}}
{{- $signals := list }}
{{- if .traces }}{{ $signals = append $signals "traces" }}{{ end }}
{{- if .metrics }}{{ $signals = append $signals "metrics" }}{{ end }}
{{- if .accessLogs }}{{ $signals = append $signals "access_logs" }}{{ end }}
{{- if and .endpoint $signals }}
{{- list "--otel-endpoint" .endpoint "--otel-signals" (join "," $signals) | toJson }}
{{- else }}
{{- list | toJson }}
{{- end }}
{{- end }}
