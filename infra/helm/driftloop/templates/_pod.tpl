{{/* What a pod of Pod Security `restricted` has to say. */}}
{{- define "driftloop.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "driftloop.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{- define "driftloop.volumeMounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if include "driftloop.secrets" . | fromYaml }}
- { name: secrets, mountPath: /run/secrets/driftloop, readOnly: true }
{{- end }}
{{- if .root.Values.artifacts.existingClaim }}
- { name: artifacts, mountPath: /var/lib/driftloop/artifacts }
{{- end }}
{{- if eq .name "trainer" }}
- { name: checkpoints, mountPath: /var/lib/driftloop/checkpoints }
{{- end }}
{{- if and (eq .name "notifier") .root.Values.services.notifier.secretsFrom }}
- { name: notifier-secrets, mountPath: /run/secrets/notifier, readOnly: true }
{{- end }}
{{- with .root.Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "driftloop.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 2Gi }
{{- $secrets := include "driftloop.secrets" . | fromYaml }}
{{- if $secrets }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $key := keys $secrets | sortAlpha }}
      {{- $secret := get $secrets $key }}
      - secret:
          name: {{ $secret.name }}
          items:
            - { key: {{ $secret.key | quote }}, path: {{ $key }} }
      {{- end }}
{{- end }}
{{- with .root.Values.artifacts.existingClaim }}
- name: artifacts
  persistentVolumeClaim: { claimName: {{ . }} }
{{- end }}
{{- if eq .name "trainer" }}
- name: checkpoints
  {{- with .root.Values.services.trainer.checkpointsClaim }}
  persistentVolumeClaim: { claimName: {{ . }} }
  {{- else }}
  emptyDir: { sizeLimit: 10Gi }
  {{- end }}
{{- end }}
{{- if and (eq .name "notifier") .root.Values.services.notifier.secretsFrom }}
- name: notifier-secrets
  secret: { secretName: {{ .root.Values.services.notifier.secretsFrom }}, defaultMode: 0440 }
{{- end }}
{{- with .root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Where a pod may run. Arguments: root, name. */}}
{{- define "driftloop.placement" -}}
{{- $gpu := and (eq .name "trainer") .root.Values.services.trainer.gpu.enabled -}}
{{- $gpuPool := .root.Values.services.trainer.gpu -}}
{{- with (ternary (merge (dict) $gpuPool.nodeSelector .root.Values.nodeSelector) .root.Values.nodeSelector $gpu) }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with (ternary (concat $gpuPool.tolerations .root.Values.tolerations) .root.Values.tolerations $gpu) }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "driftloop.releaseLabels" .root | nindent 14 }}
              app.kubernetes.io/component: {{ .name }}
topologySpreadConstraints:
  {{- $arguments := . }}
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: {{ $arguments.root.Values.topologySpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "driftloop.releaseLabels" $arguments.root | nindent 8 }}
        app.kubernetes.io/component: {{ $arguments.name }}
  {{- end }}
{{- end -}}
