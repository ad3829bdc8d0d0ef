package dev.muster.shell;

import java.util.List;
import java.util.stream.Collectors;

/** The completion of bash, 4.0 or later. */
final class BashScript {

    private static final String BEGIN = """
            # Completes the commands of muster in bash. Made by: muster completion bash

            # The words that may follow $1, the beginning of a command.
            _muster_words() {
              case $1 in
            """;

    private static final String OPTIONS = """
              esac
            }

            # The options of the command $1.
            _muster_options() {
              case $1 in
            """;

    private static final String VALUES = """
              esac
            }

            # What the value of the command and option $1 is, or the command and the place of a word behind it.
            _muster_value() {
              case $1 in
            """;

    private static final String END = """
                *) return 1 ;;
              esac
            }

            _muster() {
              local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' option='' word value
              local -i at=1 place=0
              COMPREPLY=()
              # Bash parts --option=value into three words.
              if [[ $current == = ]]; then
                option=$before current=''
              elif [[ $before == = ]]; then
                option=${COMP_WORDS[COMP_CWORD - 2]}
              fi
              while ((at < COMP_CWORD)); do
                word=${COMP_WORDS[at]}
                at+=1
                if [[ $word == = ]]; then
                  at+=1
                elif [[ $word == -* ]]; then
                  [[ -z $command || -n $(_muster_words "$command") ]] && value=$(_muster_takes_value "$word" && echo x) ||
                    value=$(_muster_value "$command $word")
                  if [[ -n $value && ${COMP_WORDS[at]} != = ]]; then
                    ((at == COMP_CWORD)) && option=$word
                    at+=1
                  fi
                elif [[ " $(_muster_words "$command") " == *" $word "* ]]; then
                  command+=${command:+ }$word
                else
                  place+=1
                fi
              done
              if [[ -n $option ]]; then
                value=$(_muster_value "$command $option")
              elif [[ $current == -* ]]; then
                value="words $(_muster_options "$command")"
              elif [[ -n $(_muster_words "$command") ]]; then
                value="words $(_muster_words "$command")"
              else
                value=$(_muster_value "$command $place")
              fi
              case $value in
                words*) mapfile -t COMPREPLY < <(compgen -W "${value#words }" -- "$current") ;;
                file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
                directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
              esac
            }

            complete -F _muster muster
            """;

    private BashScript() {
    }

    static String of(List<CommandDescription> commands) {
        StringBuilder script = new StringBuilder(BEGIN);
        Completion.words(commands)
            .forEach((before, next) -> script
                .append("    '%s') echo '%s' ;;%n".formatted(before, String.join(" ", next.keySet()))));
        script.append(OPTIONS);
        for (CommandDescription command : commands) {
            String options = command.allOptions()
                .stream()
                .map(OptionDescription::dashed)
                .collect(Collectors.joining(" "));
            script.append("    '%s') echo '%s' ;;%n".formatted(command.name(), options));
        }
        script.append("    *) echo --help ;;\n").append(VALUES);
        Completion.values(commands)
            .forEach((place, value) -> script.append("    '%s') echo '%s' ;;%n".formatted(place, value.text())));
        String valued = String.join("|", Completion.valued(commands));
        return script.append(END.replace("_muster() {", "_muster_takes_value() {\n  case $1 in\n    " + valued
                + ") ;;\n    *) return 1 ;;\n  esac\n}\n\n_muster() {"))
            .toString();
    }

}
