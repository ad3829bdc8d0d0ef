package dev.muster.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.muster.config.DurationText;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.RefusedException;
import dev.muster.group.RolloutAction;
import dev.muster.group.RolloutStatus;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rollout.RolloutOptions;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How the members of a group take changes: the one under way, and those to come. */
@RestController
@RequestMapping("/v1/groups/{group}")
final class RolloutController {

    private static final int LONGEST_REASON = 1_024;

    private final ServiceGroupRegistry registry;

    RolloutController(ServiceGroupRegistry registry) {
        this.registry = registry;
    }

    @GetMapping("/rollout")
    Answer rollout(@PathVariable String group) {
        GroupName name = GroupName.parse(group);
        return this.registry.rollout(name)
            .map(Answer::of)
            .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND,
                    "The group " + name + " has no change to roll out yet; config apply makes one")
                .with("group", name.toString()));
    }

    @PostMapping("/rollout/pause")
    Answer pause(@PathVariable String group, @RequestParam(defaultValue = "") String reason,
            HttpServletRequest request) {
        if (reason.length() > LONGEST_REASON) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "The reason has " + reason.length() + " characters; the most is " + LONGEST_REASON);
        }
        return steer(group, new RolloutAction.Pause(reason), request);
    }

    @PostMapping("/rollout/resume")
    Answer resume(@PathVariable String group, HttpServletRequest request) {
        return steer(group, new RolloutAction.Resume(), request);
    }

    @PostMapping("/rollout/promote")
    Answer promote(@PathVariable String group, HttpServletRequest request) {
        return steer(group, new RolloutAction.Promote(), request);
    }

    @PostMapping("/rollout/skip")
    Answer skip(@PathVariable String group, @RequestParam String member, HttpServletRequest request) {
        return steer(group, new RolloutAction.Skip(member), request);
    }

    @PostMapping("/rollout/abort")
    Answer abort(@PathVariable String group, HttpServletRequest request) {
        return steer(group, new RolloutAction.Abort(), request);
    }

    private Answer steer(String group, RolloutAction action, HttpServletRequest request) {
        try {
            return Answer.of(this.registry.steer(GroupName.parse(group), action, Intake.author(request)).join());
        }
        catch (CompletionException ex) {
            throw (ex.getCause() instanceof RefusedException refused) ? refused : ex;
        }
    }

    @GetMapping("/policy")
    Policy policy(@PathVariable String group) {
        GroupName name = GroupName.parse(group);
        return Policy.of(name, this.registry.group(name).map(GroupSnapshot::policy).orElse(RolloutOptions.NONE));
    }

    @PutMapping(path = "/policy", consumes = MediaType.APPLICATION_JSON_VALUE)
    Policy policy(@PathVariable String group, @RequestBody Map<String, @Nullable Object> body,
            HttpServletRequest request) {
        GroupName name = GroupName.parse(group);
        Map<String, String> texts = new TreeMap<>();
        body.forEach((option, value) -> {
            if (!RolloutOptions.NAMES.contains(option)) {
                throw new ProblemException(ProblemType.BAD_REQUEST, "There is no option " + option + "; there are "
                        + String.join(", ", new TreeSet<>(RolloutOptions.NAMES)));
            }
            if (value != null) {
                texts.put(option, value.toString());
            }
        });
        RolloutOptions options = RolloutOptions.parse(texts);
        try {
            return Policy.of(name, this.registry.policy(name, options, Intake.author(request)).join());
        }
        catch (CompletionException ex) {
            throw (ex.getCause() instanceof RefusedException refused) ? refused : ex;
        }
    }

    /** What a request says about the way its change is taken. */
    static RolloutOptions asked(HttpServletRequest request) {
        Map<String, String> texts = new TreeMap<>();
        RolloutOptions.NAMES.forEach((name) -> {
            String value = request.getParameter(name);
            if (value != null) {
                texts.put(name, value);
            }
        });
        return RolloutOptions.parse(texts);
    }

    /**
     * A rollout, whole.
     *
     * @param revision id of the one that is rolled out
     * @param promoted whether those behind the canaries may start
     * @param settle how long a member has to be well; null for the usual time
     */
    record Answer(String group, String revision, @JsonUnwrapped RolloutLine line, int maxUnavailable, int canary,
            boolean promoted, @Nullable String settle, String deadline, List<Place> places) {

        static Answer of(RolloutStatus rollout) {
            Function<Duration, String> text = DurationText::write;
            return new Answer(rollout.revision().group().toString(), rollout.revision().id(), RolloutLine.of(rollout),
                    rollout.plan().maxUnavailable(), rollout.plan().canary(), rollout.control().promoted(),
                    rollout.plan().settle().map(text).orElse(null), text.apply(rollout.plan().deadline()),
                    rollout.places().stream().map(Place::of).toList());
        }

    }

    /**
     * A member's place.
     *
     * @param turn from 1; null for one that the plan does not know
     */
    record Place(@Nullable Integer turn, String id, String name, String state, boolean skipped,
            @Nullable String reason) {

        static Place of(RolloutStatus.Place place) {
            return new Place((place.turn() > 0) ? place.turn() : null, place.id().hex(), place.name(), place.state(),
                    place.skipped(), RolloutLine.given(place.reason()));
        }

    }

    /**
     * How changes are taken whose authors do not say.
     *
     * @param policy what was set, by the names of the options
     */
    record Policy(String group, Map<String, String> policy) {

        static Policy of(GroupName group, RolloutOptions options) {
            return new Policy(group.toString(), options.texts());
        }

    }

}
