{{/*
The settings of a service as a map in YAML: those for all that it has, its own, and where it listens. Which it has is in
files/settings.json, made from the services' own code. Arguments: root, name.
*/}}
{{- define "driftloop.settings" -}}
{{- $known := index (.root.Files.Get "files/settings.json" | fromJson) .name -}}
{{- $settings := dict "HTTP_HOST" "0.0.0.0" "HTTP_PORT" 9100 -}}
{{- if eq .name "gateway" }}{{ $_ := set $settings "GATEWAY_HOST" "0.0.0.0" }}{{ $_ := set $settings "GATEWAY_PORT" 8080 }}{{ $_ := set $settings "GATEWAY_GRPC_PORT" 8001 }}{{ end -}}
{{- if eq .name "payloads" }}{{ $_ := set $settings "PAYLOADS_HOST" "0.0.0.0" }}{{ $_ := set $settings "PAYLOADS_PORT" 8085 }}{{ end -}}
{{- if and (eq .name "notifier") .root.Values.services.notifier.secretsFrom }}{{ $_ := set $settings "NOTIFIER_SECRETS_DIR" "/run/secrets/notifier" }}{{ end -}}
{{- if eq .name "operator" }}{{ $_ := set $settings "OPERATOR_NAMESPACE" .root.Release.Namespace }}{{ end -}}
{{- if eq .name "trainer" -}}
{{- $_ := set $settings "TRAINER_CHECKPOINTS" "/var/lib/driftloop/checkpoints" -}}
{{- if .root.Values.services.trainer.gpu.enabled }}{{ $_ := set $settings "TRAINER_DEVICE" "cuda" }}{{ end -}}
{{- end -}}
{{- range $key, $value := .root.Values.settings -}}
{{- if has $key $known }}{{ $_ := set $settings $key $value }}{{ end -}}
{{- end -}}
{{- $service := index .root.Values.services .name | default dict -}}
{{- range $key, $value := $service.settings -}}{{- $_ := set $settings $key $value -}}{{- end -}}
{{- toYaml $settings -}}
{{- end -}}

{{/* A value as the environment has it. YAML's 1e+06 for a whole number is not one to a person. */}}
{{- define "driftloop.text" -}}
{{- if kindIs "slice" . }}{{ join "," . }}{{ else if kindIs "float64" . }}{{ if eq (floor .) . }}{{ int64 . }}{{ else }}{{ . }}{{ end }}{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{/* The secrets of a service as a map in YAML. Arguments: root, name. */}}
{{- define "driftloop.secrets" -}}
{{- $known := index (.root.Files.Get "files/settings.json" | fromJson) .name -}}
{{- $secrets := dict -}}
{{- range $key, $value := .root.Values.secrets -}}
{{- if has $key $known }}{{ $_ := set $secrets $key $value }}{{ end -}}
{{- end -}}
{{- toYaml $secrets -}}
{{- end -}}

{{- define "driftloop.env" -}}
{{- $settings := include "driftloop.settings" . | fromYaml -}}
{{- range $key := keys $settings | sortAlpha }}
- name: {{ $key }}
  value: {{ include "driftloop.text" (get $settings $key) | quote }}
{{- end }}
{{- $secrets := include "driftloop.secrets" . | fromYaml }}
{{- range $key := keys $secrets | sortAlpha }}
- name: {{ $key }}_FILE
  value: /run/secrets/driftloop/{{ $key }}
{{- end }}
{{- with .root.Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Seconds that a stop may take: longer than the service's own limit. */}}
{{- define "driftloop.graceSeconds" -}}
{{- $settings := include "driftloop.settings" . | fromYaml -}}
{{- add 10 (div (int64 (get $settings "STOP_TIMEOUT_MS" | default 20000)) 1000) -}}
{{- end -}}
