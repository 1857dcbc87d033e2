{{- define "driftloop.fullname" -}}
{{- if contains "driftloop" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-driftloop" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels by which a release is known. */}}
{{- define "driftloop.releaseLabels" -}}
app.kubernetes.io/name: driftloop
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "driftloop.labels" -}}
{{ include "driftloop.releaseLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "driftloop.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "driftloop.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "driftloop.image" -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}

{{/* The services of a release, separated by commas. */}}
{{- define "driftloop.enabled" -}}
{{- $names := list -}}
{{- range $name, $service := .Values.services -}}
{{- if $service.enabled }}{{ $names = append $names $name }}{{ end -}}
{{- end -}}
{{- join "," $names -}}
{{- end -}}

{{/* What scales a service: none, keda or cpu. Arguments: root, name. */}}
{{- define "driftloop.scaledBy" -}}
{{- $mode := .root.Values.autoscaling.mode -}}
{{- if eq .name "operator" -}}none
{{- else if and (eq $mode "keda") (eq .name "gateway") -}}cpu
{{- else -}}{{ $mode }}
{{- end -}}
{{- end -}}
