/**
 * What a shell reads once to complete the program's words: it asks `byodkim complete` for them. Shells expand what they
 * are given to choose from, so only plain words are ever answered.
 */
export const COMPLETION_SCRIPTS = {
  bash: `_byodkim() {
  local IFS=$'\\n'
  COMPREPLY=($(byodkim complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o bashdefault -o default -F _byodkim byodkim`,
  zsh: `#compdef byodkim
_byodkim() {
  local -a found
  found=("\${(@f)$(byodkim complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  [[ -n "$found" ]] && compadd -a found || _files
}
compdef _byodkim byodkim`,
  fish: `function __byodkim
  set -l words (commandline -opc) (commandline -ct)
  byodkim complete -- $words[2..-1] 2>/dev/null
end
complete -c byodkim -a '(__byodkim)'`,
} as const;

export type Shell = keyof typeof COMPLETION_SCRIPTS;
