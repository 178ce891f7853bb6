/**
 * Tab for tools that are made with cobra: bash asks the tool itself (`kubectl __complete get po`) and offers the first
 * column of its answer, whose last line is a directive: https://pkg.go.dev/github.com/spf13/cobra#ShellCompDirective.
 * Their own scripts need the package bash-completion, which not every machine has; whoever sources one replaces this.
 * The line is split at blanks only: readline's own words also end at "=" and ":", the tools' do not.
 */
export const bashCompletion = `__meshwork_complete() {
  local -a words
  local line answer directive current kept
  line=\${COMP_LINE:0:COMP_POINT}
  read -ra words <<< "$line"
  case $line in *[[:blank:]]) words+=("") ;; esac
  current=\${words[\${#words[@]}-1]}
  [ "\${words[0]}" = k ] && words[0]=kubectl
  answer=$'\\n'$("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null) || return
  directive=\${answer##*$'\\n':}
  case $directive in *[!0-9]* | "") return ;; esac
  COMPREPLY=()
  if (( directive & 1 )); then return; fi
  if (( directive & 2 )); then compopt -o nospace; fi
  if (( directive & 4 )); then compopt +o default; fi
  kept=\${current%"\${current##*[=:]}"}
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    case $line in
      "" | :* | _activeHelp_*) ;;
      "$current"*) COMPREPLY+=("\${line#"$kept"}") ;;
    esac
  done <<< "$answer"
}
complete -o default -F __meshwork_complete kubectl k istioctl helm
`;
