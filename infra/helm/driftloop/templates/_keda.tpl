{{/* How KEDA's Kafka scaler speaks to the brokers: the same settings in its words. */}}
{{- define "driftloop.kedaSecurity" -}}
{{- $protocol := default "PLAINTEXT" .Values.settings.KAFKA_SECURITY_PROTOCOL -}}
{{- $mechanism := default "" .Values.settings.KAFKA_SASL_MECHANISM -}}
{{- $words := dict "PLAIN" "plaintext" "SCRAM-SHA-256" "scram_sha256" "SCRAM-SHA-512" "scram_sha512" "OAUTHBEARER" "oauthbearer" -}}
sasl: {{ ternary (get $words $mechanism | default "none") "none" (hasPrefix "SASL" $protocol) }}
tls: {{ ternary "enable" "disable" (hasSuffix "SSL" $protocol) }}
{{- end -}}

{{/* Credentials for it, by reference; empty where none are needed. */}}
{{- define "driftloop.kedaAuthentication" -}}
{{- $parameters := dict "password" "KAFKA_SASL_PASSWORD" "ca" "KAFKA_TLS_CA" "cert" "KAFKA_TLS_CERTIFICATE" "key" "KAFKA_TLS_KEY" "keyPassword" "KAFKA_TLS_KEY_PASSWORD" -}}
{{- $references := list -}}
{{- range $parameter := keys $parameters | sortAlpha -}}
{{- with get $.Values.secrets (get $parameters $parameter) -}}
{{- $references = append $references (dict "parameter" $parameter "name" .name "key" .key) -}}
{{- end -}}
{{- end -}}
{{- if $references }}
secretTargetRef:
  {{- toYaml $references | nindent 2 }}
{{- end }}
{{- if .Values.settings.KAFKA_SASL_USERNAME }}
# The name is no secret: it is taken from the service's own environment.
env:
  - { parameter: username, name: KAFKA_SASL_USERNAME }
{{- end }}
{{- end -}}
