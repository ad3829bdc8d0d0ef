package dev.muster.shell;

import java.util.List;
import java.util.stream.Collectors;

/** The completion of zsh. */
final class ZshScript {

    private static final String BEGIN = """
            #compdef muster
            # Completes the commands of muster in zsh. Made by: muster completion zsh

            # Sets reply to the words that may follow $1, the beginning of a command.
            _muster_words() {
              reply=()
              case $1 in
            """;

    private static final String OPTIONS = """
              esac
            }

            # Sets reply to the options of the command $1.
            _muster_options() {
              reply=('--help:Show this help')
              case $1 in
            """;

    private static final String VALUES = """
              esac
            }

            # Sets REPLY to what the value of the command and option $1 is, or the command and the place of a word behind it.
            _muster_value() {
              case $1 in
            """;

    private static final String END = """
                (*) REPLY='' ; return 1 ;;
              esac
            }

            _muster() {
              local command='' option='' word REPLY
              local -a reply
              local -i at=2 place=0 end
              while ((at < CURRENT)); do
                word=${(Q)words[at]}
                at+=1
                if [[ $word == -* ]]; then
                  if [[ $word != *=* ]] && { _muster_words "$command"; (($#reply)) && _muster_takes_value "$word" ||
                      _muster_value "$command $word" }; then
                    ((at == CURRENT)) && option=$word
                    at+=1
                  fi
                else
                  _muster_words "$command"
                  if ((${reply[(I)${(b)word}:*]})); then
                    command+=${command:+ }$word
                  else
                    place+=1
                  fi
                fi
              done
              if [[ -z $option && $PREFIX == --*=* ]]; then
                option=${PREFIX%%=*}
                compset -P '*='
              fi
              if [[ -n $option ]]; then
                _muster_value "$command $option"
              elif [[ $PREFIX == -* ]]; then
                _muster_options "$command"
                _describe -o option reply
                return
              else
                _muster_words "$command"
                if (($#reply)); then
                  _describe command reply
                  return
                fi
                _muster_value "$command $place"
              fi
              case $REPLY in
                (words*) compadd -- ${(s: :)${REPLY#words }} ;;
                (file) _files ;;
                (directory) _files -/ ;;
                (*) return 1 ;;
              esac
            }

            compdef _muster muster
            """;

    private ZshScript() {
    }

    static String of(List<CommandDescription> commands) {
        StringBuilder script = new StringBuilder(BEGIN);
        Completion.words(commands)
            .forEach((before,
                    next) -> script.append("    (%s) reply=(%s) ;;%n".formatted(quoted(before),
                            next.entrySet()
                                .stream()
                                .map((word) -> described(word.getKey(), word.getValue()))
                                .collect(Collectors.joining(" ")))));
        script.append(OPTIONS);
        for (CommandDescription command : commands) {
            script.append("    (%s) reply=(%s) ;;%n".formatted(quoted(command.name()),
                    command.allOptions()
                        .stream()
                        .map((option) -> described(option.dashed(), option.description()))
                        .collect(Collectors.joining(" "))));
        }
        script.append(VALUES);
        Completion.values(commands)
            .forEach((place, value) -> script
                .append("    (%s) REPLY=%s ;;%n".formatted(quoted(place), quoted(value.text()))));
        String valued = String.join("|", Completion.valued(commands));
        return script.append(END.replace("_muster() {", "_muster_takes_value() {\n  case $1 in\n    (" + valued
                + ") ;;\n    (*) return 1 ;;\n  esac\n}\n\n_muster() {"))
            .toString();
    }

    /** A colon parts the word from what is said of it. */
    private static String described(String word, String description) {
        return quoted(word.replace(":", "\\:") + ":" + description);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

}
