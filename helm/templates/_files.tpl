{{/* Files that the gateway reads: where each comes from, and where it stands in the pod. */}}

{{/*
The house's files: folder below /run/edr-gateway for what is mounted, key in the ConfigMap for what stands in
`inline`, and whether that is read at the start alone. The ConfigMap has a folder apart: a mount within a
read-only mount cannot be made.
*/}}
{{- define "edr-gateway.houseFiles" -}}
jwks: {folder: jwks, inline: jwks.json}
jwksCa: {folder: jwks-ca, inline: jwks-ca.pem, start: true}
jwksToken: {folder: jwks-token}
revoked: {folder: revoked}
hs256Secret: {folder: hs256-secret}
redisUrl: {folder: redis-url}
otlpHeaders: {folder: otlp-headers}
otlpCa: {folder: otlp-ca, inline: otlp-ca.pem, start: true}
tls: {folder: tls}
clientCa: {folder: client-ca, inline: client-ca.pem}
trustedRoots: {folder: trusted-roots, inline: trusted-roots.pem, start: true}
{{- end -}}

{{/* The files of one server, and the usual key of each in its Secret. */}}
{{- define "edr-gateway.backendFiles" -}}
password: {folder: password, key: password}
certificate: {folder: certificate, key: tls.crt}
key: {folder: key, key: tls.key}
pinnedCertificate: {folder: pinned-certificate, key: klserver.cer}
ca: {folder: ca, key: ca.crt}
{{- end -}}

{{/*
All files by what they are called below `files`, in JSON: what is `given`, and where it stands. An alias may be
any word, `otlp` and `tls` too: the folders of servers are within one of their own, and `backend-` begins the
name of nothing else.
*/}}
{{- define "edr-gateway.files" -}}
{{- $all := dict -}}
{{- range $file, $place := include "edr-gateway.houseFiles" . | fromYaml }}
{{- $_ := set $all $file (merge (dict "given" (index $.Values.files $file) "volume" $place.folder) $place) }}
{{- end }}
{{- range $alias, $files := include "edr-gateway.present" .Values.files.backends | fromJson }}
{{- range $file, $place := include "edr-gateway.backendFiles" $ | fromYaml }}
{{- $name := printf "backend-%s-%s" $alias $place.folder }}
{{- $_ := set $all (printf "backends.%s.%s" $alias $file) (dict
  "given" (merge (dict) (default dict (index $files $file)) (dict "key" $place.key))
  "folder" (printf "backends/%s/%s" $alias $place.folder)
  "volume" $name
  "inline" (printf "%s.pem" $name)
  "start" true) }}
{{- end }}
{{- end }}
{{- toJson $all -}}
{{- end -}}

{{/* The Secret or ConfigMap of a file, or whether it is inline: `secret`, `configMap`, `inline`, or nothing. */}}
{{- define "edr-gateway.source" -}}
{{- if .existingSecret -}}secret
{{- else if .existingConfigMap -}}configMap
{{- else if .inline -}}inline
{{- end -}}
{{- end -}}

{{/* Path of a file in the pod, empty when it is not given. A dict of `root` and `file`, its name below `files`. */}}
{{- define "edr-gateway.path" -}}
{{- with index (include "edr-gateway.files" .root | fromJson) .file -}}
{{- $source := include "edr-gateway.source" .given -}}
{{- if eq $source "inline" -}}
/etc/edr-gateway/{{ .inline }}
{{- else if $source -}}
/run/edr-gateway/{{ .folder }}/{{ .given.key }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What stands in `inline` and is read at the start alone, in JSON: a change of it makes new pods. */}}
{{- define "edr-gateway.startInlines" -}}
{{- $all := dict -}}
{{- range $file, $it := include "edr-gateway.files" . | fromJson }}
{{- if and $it.start $it.given.inline }}{{- $_ := set $all $file $it.given.inline }}{{- end }}
{{- end }}
{{- toJson $all -}}
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
{{- range $file, $place := include "edr-gateway.files" . | fromJson }}
{{- $given := $place.given }}
{{- $source := include "edr-gateway.source" $given }}
{{- if has $source (list "secret" "configMap") }}
- name: {{ $place.volume }}
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
{{- range $file, $place := include "edr-gateway.files" . | fromJson }}
{{- if has (include "edr-gateway.source" $place.given) (list "secret" "configMap") }}
- name: {{ $place.volume }}
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
