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
