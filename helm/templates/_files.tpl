{{/* Files that the gateway reads: where each comes from, and where it stands in the pod. */}}

{{/*
Folder below /run/edr-gateway for what is mounted, and key in the ConfigMap for what stands in `inline`.
The ConfigMap has a folder apart: a mount within a read-only mount cannot be made.
*/}}
{{- define "edr-gateway.files" -}}
kscPassword: {folder: ksc-password}
kscPinnedCertificate: {folder: ksc-pinned-certificate, inline: ksc-pinned-certificate.pem}
kscCa: {folder: ksc-ca, inline: ksc-ca.pem}
jwks: {folder: jwks, inline: jwks.json}
jwksCa: {folder: jwks-ca, inline: jwks-ca.pem}
jwksToken: {folder: jwks-token}
revoked: {folder: revoked}
hs256Secret: {folder: hs256-secret}
redisUrl: {folder: redis-url}
otlpHeaders: {folder: otlp-headers}
otlpCa: {folder: otlp-ca, inline: otlp-ca.pem}
tls: {folder: tls}
clientCa: {folder: client-ca, inline: client-ca.pem}
trustedRoots: {folder: trusted-roots, inline: trusted-roots.pem}
{{- end -}}

{{/* The Secret or ConfigMap of a file, or whether it is inline: `secret`, `configMap`, `inline`, or nothing. */}}
{{- define "edr-gateway.source" -}}
{{- if .existingSecret -}}secret
{{- else if .existingConfigMap -}}configMap
{{- else if .inline -}}inline
{{- end -}}
{{- end -}}

{{/* Path of a file in the pod, empty when it is not given. A dict of `root` and `file`. */}}
{{- define "edr-gateway.path" -}}
{{- $given := index .root.Values.files .file -}}
{{- $place := index (include "edr-gateway.files" .root | fromYaml) .file -}}
{{- $source := include "edr-gateway.source" $given -}}
{{- if eq $source "inline" -}}
/etc/edr-gateway/{{ $place.inline }}
{{- else if $source -}}
/run/edr-gateway/{{ $place.folder }}/{{ $given.key }}
{{- end -}}
{{- end -}}

{{/*
Volumes of the gateway. Folders and never subPath: a file that is mounted by itself does not change when
its Secret does, and the gateway reads several of them again. 288 is 0440, which some readers of YAML take
for a text.
*/}}
{{- define "edr-gateway.volumes" -}}
- name: config
  configMap:
    name: {{ include "edr-gateway.fullname" . }}
    defaultMode: 288
{{- range $file, $place := include "edr-gateway.files" . | fromYaml }}
{{- $given := index $.Values.files $file }}
{{- $source := include "edr-gateway.source" $given }}
{{- if has $source (list "secret" "configMap") }}
- name: {{ $place.folder }}
  {{- if eq $source "secret" }}
  secret:
    secretName: {{ $given.existingSecret | quote }}
  {{- else }}
  configMap:
    name: {{ $given.existingConfigMap | quote }}
  {{- end }}
    defaultMode: 288
    items:
      {{- range (eq $file "tls" | ternary (list "tls.crt" "tls.key") (list $given.key)) }}
      - key: {{ quote . }}
        path: {{ quote . }}
      {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "edr-gateway.volumeMounts" -}}
- name: config
  mountPath: /etc/edr-gateway
  readOnly: true
{{- range $file, $place := include "edr-gateway.files" . | fromYaml }}
{{- if has (include "edr-gateway.source" (index $.Values.files $file)) (list "secret" "configMap") }}
- name: {{ $place.folder }}
  mountPath: /run/edr-gateway/{{ $place.folder }}
  readOnly: true
{{- end }}
{{- end }}
{{- end -}}

{{/* Environment: settings stand in the file, so this is what is not a setting. */}}
{{- define "edr-gateway.env" -}}
{{- with include "edr-gateway.path" (dict "root" . "file" "trustedRoots") }}
- name: SSL_CERT_FILE
  value: {{ . }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
