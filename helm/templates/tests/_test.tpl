{{/*
A pod of `helm test`: the gateway's own image, a command of it, and its exit code. A dict of `root`, `test`,
`args`, and `files` for the one that needs the gateway's own. It stays until the next test: Helm 3 removes one
that went well before it reads its log.
*/}}
{{- define "edr-gateway.testPod" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "edr-gateway.fullname" .root }}-{{ .test }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- $selector := dict "app.kubernetes.io/name" (include "edr-gateway.testName" .root) "app.kubernetes.io/instance" .root.Release.Name }}
    {{- include "edr-gateway.labels" (dict "root" .root "selector" $selector) | nindent 4 }}
  {{- include "edr-gateway.annotations" (dict "root" .root "own" (dict
    "helm.sh/hook" "test"
    "helm.sh/hook-delete-policy" "before-hook-creation"
    "checkov.io/skip1" "CKV_K8S_8=It runs one command and ends"
    "checkov.io/skip2" "CKV_K8S_9=It runs one command and ends")) }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ include "edr-gateway.serviceAccountName" .root | quote }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with include "edr-gateway.podCommon" .root | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  containers:
    - name: {{ .test }}
      image: {{ include "edr-gateway.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: {{ toJson .args }}
      {{- if .files }}
      {{- with include "edr-gateway.env" .root | trim }}
      env:
        {{- . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- end }}
      {{- with .root.Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- if .files }}
      volumeMounts:
        {{- include "edr-gateway.volumeMounts" .root | nindent 8 }}
        {{- with .root.Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
  {{- if .files }}
  volumes:
    {{- include "edr-gateway.volumes" .root | nindent 4 }}
    {{- with .root.Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
{{- end -}}
