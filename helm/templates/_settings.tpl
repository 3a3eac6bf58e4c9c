{{/* The gateway's settings as TOML. */}}

{{/* A value. YAML's numbers arrive as floats, which print as 1.6777216e+07. JSON's texts are TOML's. */}}
{{- define "edr-gateway.tomlValue" -}}
{{- if kindIs "bool" . }}{{ . }}
{{- else if or (kindIs "string" .) (kindIs "slice" .) }}{{ toRawJson . }}
{{- else if eq (float64 .) (floor .) }}{{ int64 . }}
{{- else }}{{ . }}
{{- end -}}
{{- end -}}

{{/* Whether a value is a list of tables, which TOML writes apart: a word, or nothing. */}}
{{- define "edr-gateway.areTables" -}}
{{- if kindIs "slice" . }}{{- range . }}{{- if kindIs "map" . }}tables{{ end }}{{- end }}{{- end }}
{{- end -}}

{{/* Whether `config.auth` is an issuer itself, and not only the place of `issuers`: a word, or nothing. */}}
{{- define "edr-gateway.hasOwnIssuer" -}}
{{- $auth := default dict .Values.config.auth -}}
{{- $own := or $auth.issuer $auth.audience $auth.client_ids $auth.jwks_url $auth.name $auth.grants $auth.backend_claims (not $auth.issuers) -}}
{{- range list "jwks" "jwksCa" "jwksToken" "revoked" "hs256Secret" }}
{{- $own = or $own (include "edr-gateway.source" (index $.Values.files .)) }}
{{- end }}
{{- if $own }}own{{ end -}}
{{- end -}}

{{/*
Keys of a table. What is empty is left to the gateway's default, unless `evenEmpty` says that it means something.
A dict of `keys` and that.
*/}}
{{- define "edr-gateway.tomlKeys" -}}
{{- range $key, $value := .keys }}
{{- if not (or (kindIs "map" $value) (kindIs "invalid" $value) (include "edr-gateway.areTables" $value) (and (not $.evenEmpty) (or (kindIs "string" $value) (kindIs "slice" $value)) (empty $value))) }}
{{ $key }} = {{ include "edr-gateway.tomlValue" $value }}
{{- end }}
{{- end }}
{{- end -}}

{{/* A table and all within it, each under its whole name; one that only holds others has no head. A dict of `name`, and what tomlKeys takes. */}}
{{- define "edr-gateway.tomlTable" -}}
{{- with include "edr-gateway.tomlKeys" . }}

[{{ $.name }}]
{{- . }}
{{- end }}
{{- range $key, $value := .keys }}
{{- $name := printf "%s.%s" $.name $key }}
{{- if kindIs "map" $value }}
{{- include "edr-gateway.tomlTable" (dict "name" $name "keys" $value) }}
{{- end }}
{{- if include "edr-gateway.areTables" $value }}
{{- range $value }}

[[{{ $name }}]]
{{- include "edr-gateway.tomlKeys" (dict "keys" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* A map without what is null in it, in JSON: so one file of values takes away a server that another has given. */}}
{{- define "edr-gateway.present" -}}
{{- $all := dict -}}
{{- range $key, $value := . }}
{{- if not (kindIs "invalid" $value) }}{{- $_ := set $all $key $value }}{{- end }}
{{- end }}
{{- toJson $all -}}
{{- end -}}

{{/* `config`, and the settings that follow from other values. */}}
{{- define "edr-gateway.settings" -}}
{{- $config := deepCopy .Values.config -}}
{{- range list "server" "auth" "routing" "idempotency" "telemetry" }}
{{- $_ := set $config . (default dict (index $config .)) }}
{{- end }}
{{- $address := contains ":" .Values.ports.address | ternary (printf "[%s]" .Values.ports.address) .Values.ports.address }}
{{- $_ := set $config.server "listen" (printf "%s:%d" $address (int .Values.ports.api)) }}
{{- $_ := set $config.server "admin_listen" (printf "%s:%d" $address (int .Values.ports.admin)) }}
{{- if .Values.files.tls.existingSecret }}
{{- $_ := set $config.server "tls" (dict
  "certificate_file" "/run/edr-gateway/tls/tls.crt"
  "key_file" "/run/edr-gateway/tls/tls.key"
  "client_ca_file" (include "edr-gateway.path" (dict "root" . "file" "clientCa"))) }}
{{- end }}
{{- $_ := set $config.auth "jwks_file" (include "edr-gateway.path" (dict "root" . "file" "jwks")) }}
{{- $_ := set $config.auth "jwks_ca_file" (include "edr-gateway.path" (dict "root" . "file" "jwksCa")) }}
{{- $_ := set $config.auth "jwks_token_file" (include "edr-gateway.path" (dict "root" . "file" "jwksToken")) }}
{{- $_ := set $config.auth "revoked_file" (include "edr-gateway.path" (dict "root" . "file" "revoked")) }}
{{- $_ := set $config.auth "hs256_secret_file" (include "edr-gateway.path" (dict "root" . "file" "hs256Secret")) }}
{{- if not (include "edr-gateway.hasOwnIssuer" .) }}
{{- $_ := set $config "auth" (pick $config.auth "issuers") }}
{{- end }}
{{- $_ := set $config "backends" (include "edr-gateway.present" $config.backends | fromJson) }}
{{- range $alias, $keys := $config.backends }}
{{- $at := printf "backends.%s" $alias }}
{{- /* A file that means nothing to a server of this kind is no setting of it. */}}
{{- if eq (default "" $keys.kind) "kata" }}
{{- $_ := set $keys "certificate_file" (include "edr-gateway.path" (dict "root" $ "file" (printf "%s.certificate" $at))) }}
{{- $_ := set $keys "key_file" (include "edr-gateway.path" (dict "root" $ "file" (printf "%s.key" $at))) }}
{{- else }}
{{- $_ := set $keys "password_file" (include "edr-gateway.path" (dict "root" $ "file" (printf "%s.password" $at))) }}
{{- end }}
{{- $_ := set $keys "ca_file" (include "edr-gateway.path" (dict "root" $ "file" (printf "%s.ca" $at))) }}
{{- $_ := set $keys "pinned_certificate_file" (include "edr-gateway.path" (dict "root" $ "file" (printf "%s.pinnedCertificate" $at))) }}
{{- end }}
{{- /* Nothing at a type of task means that none is preferred for it; nothing at `order` is the default. */}}
{{- if not $config.routing.order }}
{{- $_ := unset $config.routing "order" }}
{{- end }}
{{- $_ := set $config.idempotency "redis_url_file" (include "edr-gateway.path" (dict "root" . "file" "redisUrl")) }}
{{- $_ := set $config.telemetry "otlp_headers_file" (include "edr-gateway.path" (dict "root" . "file" "otlpHeaders")) }}
{{- $_ := set $config.telemetry "otlp_ca_file" (include "edr-gateway.path" (dict "root" . "file" "otlpCa")) }}
{{- toJson $config -}}
{{- end -}}

{{- define "edr-gateway.toml" -}}
# Made by the chart of edr-gateway from its values.
{{- range $section, $keys := include "edr-gateway.settings" . | fromJson }}
{{- include "edr-gateway.tomlTable" (dict "name" $section "keys" $keys "evenEmpty" (eq $section "routing")) }}
{{- end }}
{{ end -}}

{{/* A duration such as `500ms`, `30s`, `20m` or `24h`, in milliseconds. */}}
{{- define "edr-gateway.milliseconds" -}}
{{- $unit := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 -}}
{{- mul (regexFind "^[0-9]+" . | int64) (index $unit (regexFind "[a-z]+$" .)) -}}
{{- end -}}

{{/* All of a stop, as the gateway has it, in whole seconds. */}}
{{- define "edr-gateway.stopSeconds" -}}
{{- $server := default dict .Values.config.server -}}
{{- $drain := include "edr-gateway.milliseconds" (default "0s" $server.drain_delay) | int64 -}}
{{- $grace := include "edr-gateway.milliseconds" (default "20s" $server.shutdown_grace) | int64 -}}
{{- div (add $drain $grace 999) 1000 -}}
{{- end -}}

{{/* What is left above it is for the process to end and for the kubelet to see it. */}}
{{- define "edr-gateway.terminationGracePeriodSeconds" -}}
{{- default (add (include "edr-gateway.stopSeconds" .) 5) (int .Values.terminationGracePeriodSeconds) -}}
{{- end -}}

{{/* Where keys for tokens come from over the network, a list in JSON: key sets, and issuers that are asked for theirs. */}}
{{- define "edr-gateway.keyAddresses" -}}
{{- $auth := default dict .Values.config.auth -}}
{{- $isFile := or (include "edr-gateway.source" .Values.files.jwks) (include "edr-gateway.source" .Values.files.hs256Secret) -}}
{{- $addresses := list -}}
{{- if $auth.jwks_url }}{{- $addresses = append $addresses $auth.jwks_url }}
{{- else if and $auth.issuer (not $isFile) }}{{- $addresses = append $addresses $auth.issuer }}
{{- end }}
{{- range $auth.issuers }}{{- $addresses = append $addresses (default .issuer .jwks_url) }}{{- end }}
{{- toJson $addresses -}}
{{- end -}}

{{/* Address of a server in one spelling, to be compared: `ksc.example.com:13299`. */}}
{{- define "edr-gateway.address" -}}
{{- $authority := trimPrefix "https://" . | trimSuffix "/" | lower -}}
{{- printf "%s:%d" (regexReplaceAll ":[0-9]+$" $authority "") (include "edr-gateway.urlPort" . | int) -}}
{{- end -}}

{{/* Port of a URL. */}}
{{- define "edr-gateway.urlPort" -}}
{{- $authority := regexReplaceAll "^([a-z]+://[^/?#]*).*$" . "${1}" -}}
{{- default (hasPrefix "http://" . | ternary "80" "443") (regexFind ":[0-9]+$" $authority | trimPrefix ":") -}}
{{- end -}}

{{/* Whether a URL leads to the pod itself, which no network policy is asked about: a word, or nothing. */}}
{{- define "edr-gateway.isHere" -}}
{{- if regexMatch "^https?://(localhost|127\\.[0-9.]+|\\[::1\\])([:/?#]|$)" . -}}here{{- end -}}
{{- end -}}

{{/* Fewest replicas at any time. */}}
{{- define "edr-gateway.fewestReplicas" -}}
{{- .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas .Values.replicaCount | int -}}
{{- end -}}

{{/* Most replicas at any time. */}}
{{- define "edr-gateway.mostReplicas" -}}
{{- .Values.autoscaling.enabled | ternary .Values.autoscaling.maxReplicas .Values.replicaCount | int -}}
{{- end -}}
