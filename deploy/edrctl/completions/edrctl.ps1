
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'edrctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'edrctl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'edrctl' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('isolateHost', 'isolateHost', [CompletionResultType]::ParameterValue, 'Isolate a host: Cuts a device off from the network, but for the security software''s own connections; or lets it in again.')
            [CompletionResult]::new('releaseHost', 'releaseHost', [CompletionResultType]::ParameterValue, 'Release a host: Lets an isolated device into the network again.')
            [CompletionResult]::new('terminateProcess', 'terminateProcess', [CompletionResultType]::ParameterValue, 'Terminate a process: Ends every process of a device that runs this file.')
            [CompletionResult]::new('quarantineFile', 'quarantineFile', [CompletionResultType]::ParameterValue, 'Quarantine a file: Moves a file of a device to its Quarantine, where it cannot run.')
            [CompletionResult]::new('deleteFile', 'deleteFile', [CompletionResultType]::ParameterValue, 'Delete a file: Deletes a file of a device. No copy is kept.')
            [CompletionResult]::new('getFile', 'getFile', [CompletionResultType]::ParameterValue, 'Get a file: Puts a copy of a file into the device''s Quarantine, from where the KSC console fetches it.')
            [CompletionResult]::new('preventExecution', 'preventExecution', [CompletionResultType]::ParameterValue, 'Prevent a file from running: Keeps a file from running on a device, or from being opened.')
            [CompletionResult]::new('allowExecution', 'allowExecution', [CompletionResultType]::ParameterValue, 'Let a file run again: Takes one rule of a device away that keeps a file from running, and no other.')
            [CompletionResult]::new('startProcess', 'startProcess', [CompletionResultType]::ParameterValue, 'Start a process: Starts a program on a device with the rights of the system.')
            [CompletionResult]::new('iocScan', 'iocScan', [CompletionResultType]::ParameterValue, 'Scan for indicators of compromise: Looks on a device for what OpenIOC documents describe, and does on a hit what the request says.')
            [CompletionResult]::new('onDemandScan', 'onDemandScan', [CompletionResultType]::ParameterValue, 'Scan for malware: Scans places of a device for malware.')
            [CompletionResult]::new('tasks', 'tasks', [CompletionResultType]::ParameterValue, 'What became of what was asked for')
            [CompletionResult]::new('hosts', 'hosts', [CompletionResultType]::ParameterValue, 'Which hosts there are, and whether they can take a task')
            [CompletionResult]::new('actions', 'actions', [CompletionResultType]::ParameterValue, 'What can be asked for, and what it means')
            [CompletionResult]::new('backends', 'backends', [CompletionResultType]::ParameterValue, 'The servers behind the gateway, and whether they can be asked')
            [CompletionResult]::new('budget', 'budget', [CompletionResultType]::ParameterValue, 'The room that KSC has for response tasks')
            [CompletionResult]::new('whoami', 'whoami', [CompletionResultType]::ParameterValue, 'Who the token says you are, and what you may do')
            [CompletionResult]::new('batch', 'batch', [CompletionResultType]::ParameterValue, 'Asks for each line of a file, once')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Checks settings, way, token and clocks, one line each')
            [CompletionResult]::new('kuma', 'kuma', [CompletionResultType]::ParameterValue, 'Stands in for the nine EDR scripts of KUMA''s response rules')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Prints completions for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edrctl;isolateHost' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--action', '--action', [CompletionResultType]::ParameterName, '`isolate` cuts the host off, `release` lets it in again.')
            [CompletionResult]::new('--durationSeconds', '--durationSeconds', [CompletionResultType]::ParameterName, 'For how long; the back end''s own time when it is absent. Only for isolation, and not at KSC.')
            [CompletionResult]::new('--exclusionPresets', '--exclusionPresets', [CompletionResultType]::ParameterName, 'More that is let through, by the names that the gateway''s operator has given it; those that he lets through by himself when it is absent, none of them when it is empty. Only for isolation, and not at KSC. May be repeated.')
            [CompletionResult]::new('--exclusions', '--exclusions', [CompletionResultType]::ParameterName, 'What is let through. Only for isolation, and not at KSC. A list of objects as JSON, or @FILE.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;releaseHost' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;terminateProcess' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Path of the file that the process runs.')
            [CompletionResult]::new('--caseSensitive', '--caseSensitive', [CompletionResultType]::ParameterName, 'Whether case matters in the path; it does not when it is absent.')
            [CompletionResult]::new('--hash', '--hash', [CompletionResultType]::ParameterName, 'MD5 or SHA-256 of the file; whatever is at the path when it is absent.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;quarantineFile' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Path of the file.')
            [CompletionResult]::new('--hash', '--hash', [CompletionResultType]::ParameterName, 'MD5 or SHA-256 of the file; whatever is at the path when it is absent.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;deleteFile' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Path of the file.')
            [CompletionResult]::new('--hash', '--hash', [CompletionResultType]::ParameterName, 'MD5 or SHA-256 of the file; whatever is at the path when it is absent.')
            [CompletionResult]::new('--searchInSubfolders', '--searchInSubfolders', [CompletionResultType]::ParameterName, 'Look for the file in subfolders too. The vendor''s default when it is absent.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;getFile' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Path of the file.')
            [CompletionResult]::new('--hash', '--hash', [CompletionResultType]::ParameterName, 'MD5 or SHA-256 of the file; whatever is at the path when it is absent.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;preventExecution' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--hash', '--hash', [CompletionResultType]::ParameterName, 'MD5 or SHA-256 of the file; at KSC its MD5.')
            [CompletionResult]::new('--caseSensitive', '--caseSensitive', [CompletionResultType]::ParameterName, 'Whether case matters in the path; it does not when it is absent. Not at KATA.')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Path of the file, or an empty string where the hash alone decides, as it does when it is absent. Not at KATA.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;allowExecution' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--hash', '--hash', [CompletionResultType]::ParameterName, 'MD5 or SHA-256 of the file: the one that the rule has.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;startProcess' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--executablePath', '--executablePath', [CompletionResultType]::ParameterName, 'Path of the executable.')
            [CompletionResult]::new('--arguments', '--arguments', [CompletionResultType]::ParameterName, 'Command line arguments. Not sent when they are absent.')
            [CompletionResult]::new('--workingFolder', '--workingFolder', [CompletionResultType]::ParameterName, 'Working folder. Not sent when it is absent.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;iocScan' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--ioc', '--ioc', [CompletionResultType]::ParameterName, 'A ZIP archive of OpenIOC documents (.ioc, .xml): at most 2 MB a document and 10 MB in all')
            [CompletionResult]::new('--isolateHost', '--isolateHost', [CompletionResultType]::ParameterName, 'Isolate the host on a hit.')
            [CompletionResult]::new('--quarantineObject', '--quarantineObject', [CompletionResultType]::ParameterName, 'Delete the object on a hit, with a copy in Quarantine.')
            [CompletionResult]::new('--scanCriticalAreas', '--scanCriticalAreas', [CompletionResultType]::ParameterName, 'Scan critical areas on a hit.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;onDemandScan' {
            [CompletionResult]::new('--targetHost', '--targetHost', [CompletionResultType]::ParameterName, 'The device: its KSC host id, a name of it, `DOMAIN\host` or an IPv4 address. It must mean exactly one.')
            [CompletionResult]::new('--folders', '--folders', [CompletionResultType]::ParameterName, 'Folders by their paths. May be repeated.')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Whether subfolders are scanned too; they are when it is absent.')
            [CompletionResult]::new('--scanAreas', '--scanAreas', [CompletionResultType]::ParameterName, 'Places by their names. Either these or folders are needed, or both.')
            [CompletionResult]::new('--comment', '--comment', [CompletionResultType]::ParameterName, 'Why it is asked for. Whoever reads the task, and the audit log, sees it.')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'Your reference, such as a case. The task shows it, and tasks are found by it.')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How much the incident matters in KSC; `warning` when it is absent.')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'The application that asks. KSC shows it in the name of its task.')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server that is to do it, as `edrctl backends` lists them')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The whole body as JSON, from a file or - for standard input')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the request: asked again with it, it is carried out once')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check, and what would be sent; nothing is done')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;tasks' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'The tasks of everybody, the newest first')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'How a task stands, and what that rests on')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Follows tasks to their ends, and ends as the worst of them does')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Stops a task, where KSC says whose it is')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edrctl;tasks;list' {
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Of this host')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Of this kind')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Those with these ids, with commas between')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Asked for at or after this time, such as 2026-01-02T03:04:05Z')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Asked for before this time')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'In these states, with commas between')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'At these servers, with commas between')
            [CompletionResult]::new('--externalId', '--externalId', [CompletionResultType]::ParameterName, 'With this reference')
            [CompletionResult]::new('--caller', '--caller', [CompletionResultType]::ParameterName, 'Asked for by this caller')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'How many at most; 50 when it is absent')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All that there are')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;tasks;get' {
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;tasks;watch' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;tasks;cancel' {
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;tasks;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'The tasks of everybody, the newest first')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'How a task stands, and what that rests on')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Follows tasks to their ends, and ends as the worst of them does')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Stops a task, where KSC says whose it is')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edrctl;tasks;help;list' {
            break
        }
        'edrctl;tasks;help;get' {
            break
        }
        'edrctl;tasks;help;watch' {
            break
        }
        'edrctl;tasks;help;cancel' {
            break
        }
        'edrctl;tasks;help;help' {
            break
        }
        'edrctl;hosts' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('find', 'find', [CompletionResultType]::ParameterValue, 'The hosts with a name, an address or an id; all without any')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'A host, and what there is to know of it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edrctl;hosts;find' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'A display, DNS or NetBIOS name, or DOMAIN\host')
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'With a name that begins so')
            [CompletionResult]::new('--ip', '--ip', [CompletionResultType]::ParameterName, 'An IPv4 address')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'A KSC host id')
            [CompletionResult]::new('--ready', '--ready', [CompletionResultType]::ParameterName, 'Whether they can take a task')
            [CompletionResult]::new('--isolation', '--isolation', [CompletionResultType]::ParameterName, 'Whether they are cut off, by their own word')
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'At these servers, with commas between')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'How many at most; 50 when it is absent')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All that there are')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;hosts;get' {
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server, as `edrctl backends` lists them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;hosts;help' {
            [CompletionResult]::new('find', 'find', [CompletionResultType]::ParameterValue, 'The hosts with a name, an address or an id; all without any')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'A host, and what there is to know of it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edrctl;hosts;help;find' {
            break
        }
        'edrctl;hosts;help;get' {
            break
        }
        'edrctl;hosts;help;help' {
            break
        }
        'edrctl;actions' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;backends' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;budget' {
            [CompletionResult]::new('--backend', '--backend', [CompletionResultType]::ParameterName, 'The server, as `edrctl backends` lists them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;whoami' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;batch' {
            [CompletionResult]::new('--results', '--results', [CompletionResultType]::ParameterName, 'Where results are written, and read by the next run; FILE.results.jsonl when it is absent')
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'A name by which the same lines are asked for once more: each name once')
            [CompletionResult]::new('--parallel', '--parallel', [CompletionResultType]::ParameterName, 'How many hosts at a time; those of one host go one after the other, as they stand')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--dryRun', '--dryRun', [CompletionResultType]::ParameterName, 'Every check of every line; nothing is done and nothing is written')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edrctl;doctor' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;kuma' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Lays the nine links in a correlator''s folder of scripts, all or none')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Gives back what was there before the links')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Checks user, links, files, gateway, token and clock, one line each')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Lays a script that writes down how KUMA runs it, and says what to do with it')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'Writes the response rules, to be pasted into KUMA')
            [CompletionResult]::new('follow', 'follow', [CompletionResultType]::ParameterValue, 'Tells a collector of KUMA''s what became of the tasks that its rules asked for')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edrctl;kuma;install' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Such as /opt/kaspersky/kuma/correlator/<Correlator ID>/scripts')
            [CompletionResult]::new('--program', '--program', [CompletionResultType]::ParameterName, 'The program that links lead to, by its whole path [default: this one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;kuma;uninstall' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Such as /opt/kaspersky/kuma/correlator/<Correlator ID>/scripts')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;kuma;check' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Such as /opt/kaspersky/kuma/correlator/<Correlator ID>/scripts')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'The settings file [default: the one that the scripts find]')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Who runs the scripts')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;kuma;probe' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Such as /opt/kaspersky/kuma/correlator/<Correlator ID>/scripts')
            [CompletionResult]::new('--program', '--program', [CompletionResultType]::ParameterName, 'The program that links lead to, by its whole path [default: this one]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--remove', '--remove', [CompletionResultType]::ParameterName, 'Take the probe away; what it has seen stays')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;kuma;rules' {
            [CompletionResult]::new('--hostField', '--hostField', [CompletionResultType]::ParameterName, 'The field of an event that names the device')
            [CompletionResult]::new('--script', '--script', [CompletionResultType]::ParameterName, 'Only the rule of this script')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;kuma;follow' {
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'The settings file [default: the one that the scripts find]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('--once', '--once', [CompletionResultType]::ParameterName, 'Look once and end')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;kuma;help' {
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Lays the nine links in a correlator''s folder of scripts, all or none')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Gives back what was there before the links')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Checks user, links, files, gateway, token and clock, one line each')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Lays a script that writes down how KUMA runs it, and says what to do with it')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'Writes the response rules, to be pasted into KUMA')
            [CompletionResult]::new('follow', 'follow', [CompletionResultType]::ParameterValue, 'Tells a collector of KUMA''s what became of the tasks that its rules asked for')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edrctl;kuma;help;install' {
            break
        }
        'edrctl;kuma;help;uninstall' {
            break
        }
        'edrctl;kuma;help;check' {
            break
        }
        'edrctl;kuma;help;probe' {
            break
        }
        'edrctl;kuma;help;rules' {
            break
        }
        'edrctl;kuma;help;follow' {
            break
        }
        'edrctl;kuma;help;help' {
            break
        }
        'edrctl;completions' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [env: EDRCTL_CONFIG]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the settings file [env: EDRCTL_PROFILE]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The form of what is printed; for people when it is absent')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Print only the part at this JSON Pointer, such as /state')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: where there is a terminal, or as said')
            [CompletionResult]::new('--retryFor', '--retryFor', [CompletionResultType]::ParameterName, 'How long to repeat what may be repeated, such as 30s; 0 for not at all')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on standard error but what went wrong')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'edrctl;help' {
            [CompletionResult]::new('isolateHost', 'isolateHost', [CompletionResultType]::ParameterValue, 'Isolate a host: Cuts a device off from the network, but for the security software''s own connections; or lets it in again.')
            [CompletionResult]::new('releaseHost', 'releaseHost', [CompletionResultType]::ParameterValue, 'Release a host: Lets an isolated device into the network again.')
            [CompletionResult]::new('terminateProcess', 'terminateProcess', [CompletionResultType]::ParameterValue, 'Terminate a process: Ends every process of a device that runs this file.')
            [CompletionResult]::new('quarantineFile', 'quarantineFile', [CompletionResultType]::ParameterValue, 'Quarantine a file: Moves a file of a device to its Quarantine, where it cannot run.')
            [CompletionResult]::new('deleteFile', 'deleteFile', [CompletionResultType]::ParameterValue, 'Delete a file: Deletes a file of a device. No copy is kept.')
            [CompletionResult]::new('getFile', 'getFile', [CompletionResultType]::ParameterValue, 'Get a file: Puts a copy of a file into the device''s Quarantine, from where the KSC console fetches it.')
            [CompletionResult]::new('preventExecution', 'preventExecution', [CompletionResultType]::ParameterValue, 'Prevent a file from running: Keeps a file from running on a device, or from being opened.')
            [CompletionResult]::new('allowExecution', 'allowExecution', [CompletionResultType]::ParameterValue, 'Let a file run again: Takes one rule of a device away that keeps a file from running, and no other.')
            [CompletionResult]::new('startProcess', 'startProcess', [CompletionResultType]::ParameterValue, 'Start a process: Starts a program on a device with the rights of the system.')
            [CompletionResult]::new('iocScan', 'iocScan', [CompletionResultType]::ParameterValue, 'Scan for indicators of compromise: Looks on a device for what OpenIOC documents describe, and does on a hit what the request says.')
            [CompletionResult]::new('onDemandScan', 'onDemandScan', [CompletionResultType]::ParameterValue, 'Scan for malware: Scans places of a device for malware.')
            [CompletionResult]::new('tasks', 'tasks', [CompletionResultType]::ParameterValue, 'What became of what was asked for')
            [CompletionResult]::new('hosts', 'hosts', [CompletionResultType]::ParameterValue, 'Which hosts there are, and whether they can take a task')
            [CompletionResult]::new('actions', 'actions', [CompletionResultType]::ParameterValue, 'What can be asked for, and what it means')
            [CompletionResult]::new('backends', 'backends', [CompletionResultType]::ParameterValue, 'The servers behind the gateway, and whether they can be asked')
            [CompletionResult]::new('budget', 'budget', [CompletionResultType]::ParameterValue, 'The room that KSC has for response tasks')
            [CompletionResult]::new('whoami', 'whoami', [CompletionResultType]::ParameterValue, 'Who the token says you are, and what you may do')
            [CompletionResult]::new('batch', 'batch', [CompletionResultType]::ParameterValue, 'Asks for each line of a file, once')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Checks settings, way, token and clocks, one line each')
            [CompletionResult]::new('kuma', 'kuma', [CompletionResultType]::ParameterValue, 'Stands in for the nine EDR scripts of KUMA''s response rules')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Prints completions for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edrctl;help;isolateHost' {
            break
        }
        'edrctl;help;releaseHost' {
            break
        }
        'edrctl;help;terminateProcess' {
            break
        }
        'edrctl;help;quarantineFile' {
            break
        }
        'edrctl;help;deleteFile' {
            break
        }
        'edrctl;help;getFile' {
            break
        }
        'edrctl;help;preventExecution' {
            break
        }
        'edrctl;help;allowExecution' {
            break
        }
        'edrctl;help;startProcess' {
            break
        }
        'edrctl;help;iocScan' {
            break
        }
        'edrctl;help;onDemandScan' {
            break
        }
        'edrctl;help;tasks' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'The tasks of everybody, the newest first')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'How a task stands, and what that rests on')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Follows tasks to their ends, and ends as the worst of them does')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Stops a task, where KSC says whose it is')
            break
        }
        'edrctl;help;tasks;list' {
            break
        }
        'edrctl;help;tasks;get' {
            break
        }
        'edrctl;help;tasks;watch' {
            break
        }
        'edrctl;help;tasks;cancel' {
            break
        }
        'edrctl;help;hosts' {
            [CompletionResult]::new('find', 'find', [CompletionResultType]::ParameterValue, 'The hosts with a name, an address or an id; all without any')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'A host, and what there is to know of it')
            break
        }
        'edrctl;help;hosts;find' {
            break
        }
        'edrctl;help;hosts;get' {
            break
        }
        'edrctl;help;actions' {
            break
        }
        'edrctl;help;backends' {
            break
        }
        'edrctl;help;budget' {
            break
        }
        'edrctl;help;whoami' {
            break
        }
        'edrctl;help;batch' {
            break
        }
        'edrctl;help;doctor' {
            break
        }
        'edrctl;help;kuma' {
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Lays the nine links in a correlator''s folder of scripts, all or none')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Gives back what was there before the links')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Checks user, links, files, gateway, token and clock, one line each')
            [CompletionResult]::new('probe', 'probe', [CompletionResultType]::ParameterValue, 'Lays a script that writes down how KUMA runs it, and says what to do with it')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'Writes the response rules, to be pasted into KUMA')
            [CompletionResult]::new('follow', 'follow', [CompletionResultType]::ParameterValue, 'Tells a collector of KUMA''s what became of the tasks that its rules asked for')
            break
        }
        'edrctl;help;kuma;install' {
            break
        }
        'edrctl;help;kuma;uninstall' {
            break
        }
        'edrctl;help;kuma;check' {
            break
        }
        'edrctl;help;kuma;probe' {
            break
        }
        'edrctl;help;kuma;rules' {
            break
        }
        'edrctl;help;kuma;follow' {
            break
        }
        'edrctl;help;completions' {
            break
        }
        'edrctl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
