<#
.SYNOPSIS
Asks edr-gateway for an action and waits for its end. Needs PowerShell 7.4 or later, and nothing else.

.DESCRIPTION
EDR_GATEWAY_URL, and EDR_GATEWAY_TOKEN or EDR_GATEWAY_TOKEN_FILE, say where and by whom. The task is
printed as JSON. Ends with 0 at success, 1 at any other end, 2 at a refusal, 3 when nobody knows yet.

.EXAMPLE
./edr.ps1 isolateHost @{ targetHost = 'ws-042'; action = 'isolate'; externalId = 'case-1' } -Key case-1/isolate
#>
param(
    [Parameter(Mandatory)] [string] $Action,
    [Parameter(Mandatory)] [hashtable] $Fields,
    [string] $Key = $env:EDR_GATEWAY_KEY,
    [switch] $DryRun
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$Tries = 5
$Rounds = if ($env:EDR_GATEWAY_ROUNDS) { [int] $env:EDR_GATEWAY_ROUNDS } else { 40 }
$Base = $env:EDR_GATEWAY_URL.TrimEnd('/')

function Read-Token {
    $text = if ($env:EDR_GATEWAY_TOKEN_FILE) {
        (Get-Content -Raw -LiteralPath $env:EDR_GATEWAY_TOKEN_FILE).Trim()
    } else {
        $env:EDR_GATEWAY_TOKEN
    }
    ConvertTo-SecureString -String $text -AsPlainText -Force
}

function Complete-Script([int] $Code, [string] $Said) {
    [Console]::Error.WriteLine($Said)
    exit $Code
}

# Asks again, with the same key, what nobody has answered or what may be repeated.
function Invoke-Gateway([string] $Method, [string] $Path, [string] $Body, [string] $WithKey) {
    for ($left = $Tries - 1; ; $left--) {
        $request = @{
            Uri                = $Base + $Path
            Method             = $Method
            Authentication     = 'Bearer'
            Token              = Read-Token
            TimeoutSec         = 75
            SkipHttpErrorCheck = $true
            Headers            = @{ Accept = 'application/json' }
        }
        if ($Body) {
            $request.Body = [Text.Encoding]::UTF8.GetBytes($Body)
            $request.ContentType = 'application/json'
        }
        if ($WithKey) { $request.Headers['Idempotency-Key'] = $WithKey }
        $status = 0
        $after = 2
        try {
            $heard = Invoke-WebRequest @request
            $text = $heard.Content
            if ($text -is [byte[]]) { $text = [Text.Encoding]::UTF8.GetString($text) }
            $answer = ConvertFrom-Json -InputObject $text -AsHashtable
            $status = [int] $heard.StatusCode
            $said = $heard.Headers['Retry-After']
            if ($said) { $after = [int] "$said" }
        } catch {
            $answer = @{ detail = $_.Exception.Message }
        }
        $again = $status -eq 0 -or ($status -ge 400 -and $answer['retryable'])
        if (-not $again -or $left -le 0) { break }
        Start-Sleep -Seconds $after
    }
    if ($status -eq 0) { Complete-Script 3 "no answer of the gateway: $($answer['detail'])" }
    if ($status -ge 400) {
        $lines = @("refused: $($answer['code']): $($answer['detail'])")
        foreach ($it in @($answer['errors'])) {
            if ($it) { $lines += "  $($it['pointer']): $($it['detail'])" }
        }
        Complete-Script 2 ($lines -join "`n")
    }
    $answer
}

# What is empty has not been given.
$given = @{}
foreach ($name in $Fields.Keys) {
    if ($null -ne $Fields[$name] -and '' -ne "$($Fields[$name])") { $given[$name] = $Fields[$name] }
}
$body = ConvertTo-Json -InputObject $given -Depth 10 -Compress
$path = '/v1/tasks/' + [Uri]::EscapeDataString($Action)
if ($DryRun) {
    Invoke-Gateway 'POST' "$path/dry-run" $body '' | ConvertTo-Json -Depth 20
    exit 0
}
if (-not $Key) { $Key = [Guid]::NewGuid().ToString() }
[Console]::Error.WriteLine("key: $Key")
$task = Invoke-Gateway 'POST' "${path}?wait=50" $body $Key
for ($round = 0; $round -lt $Rounds -and -not $task['terminal']; $round++) {
    $task = Invoke-Gateway 'GET' ('/v1/tasks/' + [Uri]::EscapeDataString($task['id']) + '?wait=50') '' ''
}
ConvertTo-Json -InputObject $task -Depth 20
$code = if ($task['state'] -eq 'succeeded') { 0 } elseif ($task['terminal']) { 1 } else { 3 }
Complete-Script $code "$($task['state']): $($task['evidence'])"
