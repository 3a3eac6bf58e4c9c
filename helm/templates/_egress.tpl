{{/* What the gateway may reach, and so may the pods of `helm test`. */}}

{{/* Peers of a target, from its `cidrs` and `peers`. */}}
{{- define "edr-gateway.peers" -}}
{{- range default list .cidrs }}
- ipBlock:
    cidr: {{ . }}
{{- end }}
{{- with .peers }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A rule: a dict of `target` and `ports`. A rule without peers would mean everybody, so there is none then. */}}
{{- define "edr-gateway.egressRule" -}}
{{- with include "edr-gateway.peers" .target | trim }}
- to:
    {{- . | nindent 4 }}
  ports:
    {{- range $.ports }}
    - protocol: TCP
      port: {{ int . }}
    {{- end }}
{{- end }}
{{- end -}}

{{- define "edr-gateway.egress" -}}
{{- $egress := .Values.networkPolicy.egress -}}
{{- with include "edr-gateway.peers" $egress.dns | trim }}
# Names.
- to:
    {{- . | nindent 4 }}
  ports:
    - protocol: UDP
      port: {{ int $egress.dns.port }}
    - protocol: TCP
      port: {{ int $egress.dns.port }}
{{- end }}
{{- range $alias, $backend := include "edr-gateway.present" .Values.config.backends | fromJson }}
# The back end {{ $alias }}.
{{- $ports := list }}
{{- range $backend.endpoints }}
{{- $ports = append $ports (include "edr-gateway.urlPort" .) }}
{{- end }}
{{- include "edr-gateway.egressRule" (dict "target" (default dict (index $egress.backends $alias)) "ports" (uniq $ports)) }}
{{- end }}
{{- with include "edr-gateway.keyAddresses" . | fromJsonArray }}
# The issuers' key sets.
{{- $ports := list }}
{{- range . }}
{{- $ports = append $ports (default (include "edr-gateway.urlPort" .) (int $egress.issuer.port)) }}
{{- end }}
{{- include "edr-gateway.egressRule" (dict "target" $egress.issuer "ports" (uniq $ports)) }}
{{- end }}
{{- if eq (default "memory" .Values.config.idempotency.store) "redis" }}
# What replicas share.
{{- $ports := list $egress.redis.port }}
{{- with int $egress.redis.sentinelPort }}
{{- $ports = append $ports . }}
{{- end }}
{{- include "edr-gateway.egressRule" (dict "target" $egress.redis "ports" (uniq $ports)) }}
{{- end }}
{{- with .Values.config.telemetry.otlp_endpoint }}
# Traces.
{{- include "edr-gateway.egressRule" (dict "target" $egress.otlp "ports" (list (default (include "edr-gateway.urlPort" .) (int $egress.otlp.port)))) }}
{{- end }}
{{- with $egress.extra }}
{{ toYaml . }}
{{- end }}
{{- end -}}
