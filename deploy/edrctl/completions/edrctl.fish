# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_edrctl_global_optspecs
    string join \n config= profile= o/output= query= color= q/quiet retryFor= h/help V/version
end

function __fish_edrctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_edrctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_edrctl_using_subcommand
    set -l cmd (__fish_edrctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c edrctl -n "__fish_edrctl_needs_command" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_needs_command" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_needs_command" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_needs_command" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_needs_command" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_needs_command" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_needs_command" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edrctl -n "__fish_edrctl_needs_command" -s V -l version -d 'Print version'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "isolateHost" -d 'Isolate a host: Cuts a device off from the network, but for the security software\'s own connections; or lets it in again.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "releaseHost" -d 'Release a host: Lets an isolated device into the network again.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "terminateProcess" -d 'Terminate a process: Ends every process of a device that runs this file.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "quarantineFile" -d 'Quarantine a file: Moves a file of a device to its Quarantine, where it cannot run.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "deleteFile" -d 'Delete a file: Deletes a file of a device. No copy is kept.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "getFile" -d 'Get a file: Puts a copy of a file into the device\'s Quarantine, from where the KSC console fetches it.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "preventExecution" -d 'Prevent a file from running: Keeps a file from running on a device, or from being opened.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "allowExecution" -d 'Let a file run again: Takes one rule of a device away that keeps a file from running, and no other.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "startProcess" -d 'Start a process: Starts a program on a device with the rights of the system.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "iocScan" -d 'Scan for indicators of compromise: Looks on a device for what OpenIOC documents describe, and does on a hit what the request says.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "onDemandScan" -d 'Scan for malware: Scans places of a device for malware.'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "tasks" -d 'What became of what was asked for'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "hosts" -d 'Which hosts there are, and whether they can take a task'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "actions" -d 'What can be asked for, and what it means'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "backends" -d 'The servers behind the gateway, and whether they can be asked'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "budget" -d 'The room that KSC has for response tasks'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "whoami" -d 'Who the token says you are, and what you may do'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "batch" -d 'Asks for each line of a file, once'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "doctor" -d 'Checks settings, way, token and clocks, one line each'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "kuma" -d 'Stands in for the nine EDR scripts of KUMA\'s response rules'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "completions" -d 'Prints completions for a shell'
complete -c edrctl -n "__fish_edrctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l action -d '`isolate` cuts the host off, `release` lets it in again.' -r -f -a "isolate\t''
release\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l durationSeconds -d 'For how long; the back end\'s own time when it is absent. Only for isolation, and not at KSC.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l exclusionPresets -d 'More that is let through, by the names that the gateway\'s operator has given it; those that he lets through by himself when it is absent, none of them when it is empty. Only for isolation, and not at KSC. May be repeated.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l exclusions -d 'What is let through. Only for isolation, and not at KSC. A list of objects as JSON, or @FILE.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand isolateHost" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand releaseHost" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l path -d 'Path of the file that the process runs.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l caseSensitive -d 'Whether case matters in the path; it does not when it is absent.' -r -f -a "true\t''
false\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l hash -d 'MD5 or SHA-256 of the file; whatever is at the path when it is absent.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand terminateProcess" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l path -d 'Path of the file.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l hash -d 'MD5 or SHA-256 of the file; whatever is at the path when it is absent.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand quarantineFile" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l path -d 'Path of the file.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l hash -d 'MD5 or SHA-256 of the file; whatever is at the path when it is absent.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l searchInSubfolders -d 'Look for the file in subfolders too. The vendor\'s default when it is absent.' -r -f -a "true\t''
false\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand deleteFile" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l path -d 'Path of the file.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l hash -d 'MD5 or SHA-256 of the file; whatever is at the path when it is absent.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand getFile" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l hash -d 'MD5 or SHA-256 of the file; at KSC its MD5.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l caseSensitive -d 'Whether case matters in the path; it does not when it is absent. Not at KATA.' -r -f -a "true\t''
false\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l path -d 'Path of the file, or an empty string where the hash alone decides, as it does when it is absent. Not at KATA.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand preventExecution" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l hash -d 'MD5 or SHA-256 of the file: the one that the rule has.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand allowExecution" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l executablePath -d 'Path of the executable.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l arguments -d 'Command line arguments. Not sent when they are absent.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l workingFolder -d 'Working folder. Not sent when it is absent.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand startProcess" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l ioc -d 'A ZIP archive of OpenIOC documents (.ioc, .xml): at most 2 MB a document and 10 MB in all' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l isolateHost -d 'Isolate the host on a hit.' -r -f -a "true\t''
false\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l quarantineObject -d 'Delete the object on a hit, with a copy in Quarantine.' -r -f -a "true\t''
false\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l scanCriticalAreas -d 'Scan critical areas on a hit.' -r -f -a "true\t''
false\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand iocScan" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l targetHost -d 'The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l folders -d 'Folders by their paths. May be repeated.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l recursive -d 'Whether subfolders are scanned too; they are when it is absent.' -r -f -a "true\t''
false\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l scanAreas -d 'Places by their names. Either these or folders are needed, or both.' -r -f -a "systemMemory\t''
startupObjectsAndRunningProcesses\t''
diskBootSectors\t''
systemBackupStorage\t''
email\t''
allRemovableDrives\t''
allNetworkDrives\t''
allFixedDrives\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l comment -d 'Why it is asked for. Whoever reads the task, and the audit log, sees it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l externalId -d 'Your reference, such as a case. The task shows it, and tasks are found by it.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l severity -d 'How much the incident matters in KSC; `warning` when it is absent.' -r -f -a "information\t''
warning\t''
critical\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l area -d 'The application that asks. KSC shows it in the name of its task.' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l backend -d 'The server that is to do it, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l body -d 'The whole body as JSON, from a file or - for standard input' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l key -d 'The key of the request: asked again with it, it is carried out once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -l dryRun -d 'Every check, and what would be sent; nothing is done'
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand onDemandScan" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -f -a "list" -d 'The tasks of everybody, the newest first'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -f -a "get" -d 'How a task stands, and what that rests on'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -f -a "watch" -d 'Follows tasks to their ends, and ends as the worst of them does'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -f -a "cancel" -d 'Stops a task, where KSC says whose it is'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and not __fish_seen_subcommand_from list get watch cancel help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l host -d 'Of this host' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l task -d 'Of this kind' -r -f -a "getFile\t''
deleteFile\t''
quarantineFile\t''
iocScan\t''
startProcess\t''
terminateProcess\t''
isolateHost\t''
preventExecution\t''
onDemandScan\t''
allowExecution\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l id -d 'Those with these ids, with commas between' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l since -d 'Asked for at or after this time, such as 2026-01-02T03:04:05Z' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l until -d 'Asked for before this time' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l state -d 'In these states, with commas between' -r -f -a "accepted\t''
stalled\t''
pending\t''
running\t''
paused\t''
succeeded\t''
warning\t''
failed\t''
lost\t''
ambiguous\t''
unconfirmed\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l backend -d 'At these servers, with commas between' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l externalId -d 'With this reference' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l caller -d 'Asked for by this caller' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l limit -d 'How many at most; 50 when it is absent' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -l all -d 'All that there are'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from get" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from get" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from get" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from get" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from get" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from get" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from get" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from get" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from watch" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from watch" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from watch" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from watch" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from watch" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from watch" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from watch" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from cancel" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from cancel" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from cancel" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from cancel" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from cancel" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from cancel" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from cancel" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from cancel" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from help" -f -a "list" -d 'The tasks of everybody, the newest first'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from help" -f -a "get" -d 'How a task stands, and what that rests on'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from help" -f -a "watch" -d 'Follows tasks to their ends, and ends as the worst of them does'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from help" -f -a "cancel" -d 'Stops a task, where KSC says whose it is'
complete -c edrctl -n "__fish_edrctl_using_subcommand tasks; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -f -a "find" -d 'The hosts with a name, an address or an id; all without any'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -f -a "get" -d 'A host, and what there is to know of it'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and not __fish_seen_subcommand_from find get help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l name -d 'A display, DNS or NetBIOS name, or DOMAIN\\host' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l prefix -d 'With a name that begins so' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l ip -d 'An IPv4 address' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l id -d 'A KSC host id' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l ready -d 'Whether they can take a task' -r -f -a "yes\t''
no\t''
unknown\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l isolation -d 'Whether they are cut off, by their own word' -r -f -a "isolated\t''
notIsolated\t''
unknown\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l backend -d 'At these servers, with commas between' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l limit -d 'How many at most; 50 when it is absent' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -l all -d 'All that there are'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from find" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from get" -l backend -d 'The server, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from get" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from get" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from get" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from get" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from get" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from get" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from get" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from help" -f -a "find" -d 'The hosts with a name, an address or an id; all without any'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from help" -f -a "get" -d 'A host, and what there is to know of it'
complete -c edrctl -n "__fish_edrctl_using_subcommand hosts; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edrctl -n "__fish_edrctl_using_subcommand actions" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand actions" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand actions" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand actions" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand actions" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand actions" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand actions" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand actions" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand backends" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand backends" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand backends" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand backends" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand backends" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand backends" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand backends" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand backends" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand budget" -l backend -d 'The server, as `edrctl backends` lists them' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand budget" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand budget" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand budget" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand budget" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand budget" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand budget" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand budget" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand budget" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand whoami" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand whoami" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand whoami" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand whoami" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand whoami" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand whoami" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand whoami" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand whoami" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -l results -d 'Where results are written, and read by the next run; FILE.results.jsonl when it is absent' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -l run -d 'A name by which the same lines are asked for once more: each name once' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -l parallel -d 'How many hosts at a time; those of one host go one after the other, as they stand' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -l wait -d 'Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -l dryRun -d 'Every check of every line; nothing is done and nothing is written'
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand batch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c edrctl -n "__fish_edrctl_using_subcommand doctor" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand doctor" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand doctor" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand doctor" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand doctor" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand doctor" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand doctor" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -f -a "install" -d 'Lays the nine links in a correlator\'s folder of scripts, all or none'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -f -a "uninstall" -d 'Gives back what was there before the links'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -f -a "check" -d 'Checks user, links, files, gateway, token and clock, one line each'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -f -a "probe" -d 'Lays a script that writes down how KUMA runs it, and says what to do with it'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -f -a "rules" -d 'Writes the response rules, to be pasted into KUMA'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -f -a "follow" -d 'Tells a collector of KUMA\'s what became of the tasks that its rules asked for'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and not __fish_seen_subcommand_from install uninstall check probe rules follow help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from install" -l dir -d 'Such as /opt/kaspersky/kuma/correlator/<Correlator ID>/scripts' -r -f -a "(__fish_complete_directories)"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from install" -l program -d 'The program that links lead to, by its whole path [default: this one]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from install" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from install" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from install" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from install" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from install" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from install" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from uninstall" -l dir -d 'Such as /opt/kaspersky/kuma/correlator/<Correlator ID>/scripts' -r -f -a "(__fish_complete_directories)"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from uninstall" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from uninstall" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from uninstall" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from uninstall" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from uninstall" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from uninstall" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from uninstall" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from uninstall" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -l dir -d 'Such as /opt/kaspersky/kuma/correlator/<Correlator ID>/scripts' -r -f -a "(__fish_complete_directories)"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -l settings -d 'The settings file [default: the one that the scripts find]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -l user -d 'Who runs the scripts' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -l dir -d 'Such as /opt/kaspersky/kuma/correlator/<Correlator ID>/scripts' -r -f -a "(__fish_complete_directories)"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -l program -d 'The program that links lead to, by its whole path [default: this one]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -l remove -d 'Take the probe away; what it has seen stays'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from probe" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from rules" -l hostField -d 'The field of an event that names the device' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from rules" -l script -d 'Only the rule of this script' -r -f -a "onDemandScan.py\t''
ioCScan.py\t''
quarantineFile.py\t''
deleteFile.py\t''
getFile.py\t''
isolateHost.py\t''
preventExecution.py\t''
startProcess.py\t''
terminateProcess.py\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from rules" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from rules" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from rules" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from rules" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from rules" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from rules" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from rules" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from rules" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from follow" -l settings -d 'The settings file [default: the one that the scripts find]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from follow" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from follow" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from follow" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from follow" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from follow" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from follow" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from follow" -l once -d 'Look once and end'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from follow" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from follow" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from help" -f -a "install" -d 'Lays the nine links in a correlator\'s folder of scripts, all or none'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from help" -f -a "uninstall" -d 'Gives back what was there before the links'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from help" -f -a "check" -d 'Checks user, links, files, gateway, token and clock, one line each'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from help" -f -a "probe" -d 'Lays a script that writes down how KUMA runs it, and says what to do with it'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from help" -f -a "rules" -d 'Writes the response rules, to be pasted into KUMA'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from help" -f -a "follow" -d 'Tells a collector of KUMA\'s what became of the tasks that its rules asked for'
complete -c edrctl -n "__fish_edrctl_using_subcommand kuma; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edrctl -n "__fish_edrctl_using_subcommand completions" -l config -d 'The settings file [env: EDRCTL_CONFIG]' -r -F
complete -c edrctl -n "__fish_edrctl_using_subcommand completions" -l profile -d 'The profile of the settings file [env: EDRCTL_PROFILE]' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand completions" -s o -l output -d 'The form of what is printed; for people when it is absent' -r -f -a "table\t''
json\t''
jsonl\t''
yaml\t''
name\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand completions" -l query -d 'Print only the part at this JSON Pointer, such as /state' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand completions" -l color -d 'Colours: where there is a terminal, or as said' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edrctl -n "__fish_edrctl_using_subcommand completions" -l retryFor -d 'How long to repeat what may be repeated, such as 30s; 0 for not at all' -r
complete -c edrctl -n "__fish_edrctl_using_subcommand completions" -s q -l quiet -d 'Say nothing on standard error but what went wrong'
complete -c edrctl -n "__fish_edrctl_using_subcommand completions" -s h -l help -d 'Print help'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "isolateHost" -d 'Isolate a host: Cuts a device off from the network, but for the security software\'s own connections; or lets it in again.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "releaseHost" -d 'Release a host: Lets an isolated device into the network again.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "terminateProcess" -d 'Terminate a process: Ends every process of a device that runs this file.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "quarantineFile" -d 'Quarantine a file: Moves a file of a device to its Quarantine, where it cannot run.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "deleteFile" -d 'Delete a file: Deletes a file of a device. No copy is kept.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "getFile" -d 'Get a file: Puts a copy of a file into the device\'s Quarantine, from where the KSC console fetches it.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "preventExecution" -d 'Prevent a file from running: Keeps a file from running on a device, or from being opened.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "allowExecution" -d 'Let a file run again: Takes one rule of a device away that keeps a file from running, and no other.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "startProcess" -d 'Start a process: Starts a program on a device with the rights of the system.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "iocScan" -d 'Scan for indicators of compromise: Looks on a device for what OpenIOC documents describe, and does on a hit what the request says.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "onDemandScan" -d 'Scan for malware: Scans places of a device for malware.'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "tasks" -d 'What became of what was asked for'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "hosts" -d 'Which hosts there are, and whether they can take a task'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "actions" -d 'What can be asked for, and what it means'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "backends" -d 'The servers behind the gateway, and whether they can be asked'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "budget" -d 'The room that KSC has for response tasks'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "whoami" -d 'Who the token says you are, and what you may do'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "batch" -d 'Asks for each line of a file, once'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "doctor" -d 'Checks settings, way, token and clocks, one line each'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "kuma" -d 'Stands in for the nine EDR scripts of KUMA\'s response rules'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "completions" -d 'Prints completions for a shell'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and not __fish_seen_subcommand_from isolateHost releaseHost terminateProcess quarantineFile deleteFile getFile preventExecution allowExecution startProcess iocScan onDemandScan tasks hosts actions backends budget whoami batch doctor kuma completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from tasks" -f -a "list" -d 'The tasks of everybody, the newest first'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from tasks" -f -a "get" -d 'How a task stands, and what that rests on'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from tasks" -f -a "watch" -d 'Follows tasks to their ends, and ends as the worst of them does'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from tasks" -f -a "cancel" -d 'Stops a task, where KSC says whose it is'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from hosts" -f -a "find" -d 'The hosts with a name, an address or an id; all without any'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from hosts" -f -a "get" -d 'A host, and what there is to know of it'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from kuma" -f -a "install" -d 'Lays the nine links in a correlator\'s folder of scripts, all or none'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from kuma" -f -a "uninstall" -d 'Gives back what was there before the links'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from kuma" -f -a "check" -d 'Checks user, links, files, gateway, token and clock, one line each'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from kuma" -f -a "probe" -d 'Lays a script that writes down how KUMA runs it, and says what to do with it'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from kuma" -f -a "rules" -d 'Writes the response rules, to be pasted into KUMA'
complete -c edrctl -n "__fish_edrctl_using_subcommand help; and __fish_seen_subcommand_from kuma" -f -a "follow" -d 'Tells a collector of KUMA\'s what became of the tasks that its rules asked for'
