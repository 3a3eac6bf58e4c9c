{{/* Names and labels. */}}

{{- define "edr-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for the longest suffix, `-dashboard`, within 63. */}}
{{- define "edr-gateway.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := default (ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name)) .Values.fullnameOverride -}}
{{- $full | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{- define "edr-gateway.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "edr-gateway.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* What never changes in the life of a release. In quotes: a release may be called 2026. */}}
{{- define "edr-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "edr-gateway.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/*
Labels. A dict of `root`, `own` for what is this object's alone, and `selector` where it is another than the
gateway's pods'. What selectors go by cannot be overridden.
*/}}
{{- define "edr-gateway.labels" -}}
{{- $base := dict
  "app.kubernetes.io/version" (default .root.Chart.AppVersion .root.Values.image.tag | trunc 63 | trimAll "-_.")
  "app.kubernetes.io/managed-by" .root.Release.Service
  "app.kubernetes.io/part-of" "edr-gateway" -}}
{{- if not .pod -}}
{{- /* Not on pods: a new version of the chart alone is no reason for new pods. */ -}}
{{- $_ := set $base "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- end -}}
{{- $selector := default (include "edr-gateway.selectorLabels" .root | fromYaml) .selector -}}
{{- toYaml (merge (dict) $selector (default dict .own) .root.Values.commonLabels $base) -}}
{{- end -}}

{{/* The pods of `helm test` have a name of their own, or Services would send them requests. */}}
{{- define "edr-gateway.testName" -}}
{{- printf "%s-test" (include "edr-gateway.name" . | trunc 58 | trimSuffix "-") -}}
{{- end -}}

{{/* The annotations of an object: its own, and those of everything. A dict of `root` and `own`. */}}
{{- define "edr-gateway.annotations" -}}
{{- with merge (dict) (default dict .own) .root.Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

{{/* The path under which callers reach the gateway, such as `/edr`; nothing where that is the root. */}}
{{- define "edr-gateway.publicPath" -}}
{{- regexReplaceAll "^[A-Za-z]+://[^/]*" .Values.config.server.public_url "" | trimSuffix "/" -}}
{{- end -}}

{{/* The host of that address, without a port. */}}
{{- define "edr-gateway.publicHost" -}}
{{- regexReplaceAll "^[A-Za-z]+://([^/]*?)(:[0-9]+)?(/.*)?$" .Values.config.server.public_url "$1" | lower -}}
{{- end -}}

{{- define "edr-gateway.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}
