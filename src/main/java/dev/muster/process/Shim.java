package dev.muster.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.muster.service.Launch;

/**
 * The shell that is the parent of a service, and stays when the node does not.
 *
 * <p>
 * Where the service may act as the leader of its group, a second one watches the lease
 * file: the node writes into it until when the process may go on, and when nobody does so
 * any longer, because the node is dead, hangs or is cut off, the process is stopped, and
 * killed before another may lead. Times in that file are those of {@code /proc/uptime},
 * which no clock that is set touches, and which goes on while the machine is suspended;
 * the time of the file itself would be changed by the one, and the monotonic clock of the
 * node stands still in the other.
 */
final class Shim {

    /** The shim's own name for the token, so that the shim itself does not carry it. */
    static final String TOKEN = "MUSTER_LAUNCH_TOKEN";

    /**
     * The process is gone when there is nobody of that number, or somebody born at
     * another time. Its number alone says nothing once it has ended: then whoever carries
     * the token counts. What cannot be read of the lease file leaves what was read last,
     * so that a damaged one goes stale.
     */
    private static final String WATCH = """
            leads() { read -r born </proc/$child/stat 2>/dev/null || return 1
              set -- ${born##*) }; [ "${20}" = "$since" ]; }
            left() { "$grep" -lsz "^%1$s=$token\\$" /proc/[0-9]*/environ; }
            watch() { exec 2>/dev/null; since=; stop=0 kill=0 told=
              read -r born </proc/$child/stat || return; set -- ${born##*) }; since=${20}
              while leads || [ "$(left)" ]; do
                if read -r one two rest <"$lease"; then
                  case "$one$two" in *[!0-9]*) ;; ?*) stop=$one kill=$two;; esac
                fi
                read -r up rest </proc/uptime; now=${up%%.*}${up#*.} pause=50
                if [ "$kill" = 0 ]; then "$sleep" 1; continue; fi
                if [ "$now" -ge "$kill" ]; then
                  leads && command kill -s KILL -- "-$child"
                  for one in $(left); do one=${one#/proc/}; command kill -s KILL "${one%%/*}"; done
                elif [ "$now" -ge "$stop" ] && [ "$told" != "$stop" ]; then
                  told=$stop; command kill -s "$signal" -- "-$child"
                fi
                for one in "$stop" "$kill"; do one=$((one - now))
                  [ "$one" -gt 0 ] && [ "$one" -lt "$pause" ] && pause=$one; done
                case $pause in ?) pause=0$pause;; esac
                "$sleep" "0.$pause"
              done; }
            """.formatted(Launch.TOKEN_VARIABLE);

    /**
     * Nobody hears of the child before it is watched. Signals are ignored from when it is
     * there, since it would ignore them, too; that whatever a shell puts in the
     * background ignores INT and QUIT is undone by the {@code env} before the command.
     * The child's pid is told, and the pipe then closed; a node that ends in between
     * breaks nothing.
     */
    private static final String WAIT = """
            token=$%1$s record=$1 out=$2 err=$3 lease=$4 signal=$5 sleep=$6 grep=$7
            unset %1$s
            shift 7
            command exec 3<>"$record" || exec 3>/dev/null
            %2$s=$token "$@" </dev/null >>"$out" 2>>"$err" 3>&- &
            child=$!
            trap '' HUP INT QUIT TERM USR1 USR2 PIPE ALRM TSTP TTIN TTOU
            cd /
            if [ "$lease" ]; then watch 3>&- >/dev/null & fi
            echo "$child"
            exec >&-
            wait "$child"
            code=$?
            printf '%%s %%03d\\n' "$token" "$code" >&3
            exit "$code"
            """.formatted(TOKEN, Launch.TOKEN_VARIABLE);

    private Shim() {
    }

    /** For {@code sh -c}: the script and its own arguments; the command follows. */
    static List<String> script(Launch launch, Path record) {
        Optional<Launch.Fence> fence = launch.fence();
        List<String> line = new ArrayList<>(List.of(fence.isPresent() ? WATCH + WAIT : WAIT, "muster-shim",
                record.toString(), launch.output().toString(), launch.errors().toString()));
        if (fence.isPresent()) {
            line.addAll(List.of(fence.get().lease().toString(), fence.get().signal(), Programs.require("sleep"),
                    Programs.require("grep")));
        }
        else {
            line.addAll(List.of("", "", "", ""));
        }
        return line;
    }

}
