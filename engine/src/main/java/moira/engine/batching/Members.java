package moira.engine.batching;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.engine.decoder.Batch;
import moira.engine.decoder.Decoder.Stretch;
import moira.engine.decoder.Sequence;

/** The sequences that run together, and the one step that they all take. For the batcher's thread. */
final class Members {
    /** Logits held at once, unless one token has more: 32 MB. */
    private static final int LOGITS_AT_ONCE = 8_000_000;

    private final Batch batch;
    private final int vocabulary;
    private final BatcherOptions options;
    private final StepListener listener;
    private final ChunkBudget budget;
    private final List<Member> members = new ArrayList<>();
    private final KeptSequences kept = new KeptSequences();
    private final float[] row;
    private float[] logits;

    Members(Batch batch, int vocabulary, BatcherOptions options, StepListener listener) {
        this.batch = batch;
        this.vocabulary = vocabulary;
        this.options = options;
        this.listener = listener;
        budget = new ChunkBudget(batch.rows());
        row = new float[vocabulary];
        logits = new float[vocabulary];
    }

    int size() {
        return members.size();
    }

    BatcherState state() {
        return new BatcherState(members.size(), 0, usedBytes() + kept.bytes(), kept.size());
    }

    private long usedBytes() {
        return members.stream().mapToLong(member -> member.sequence.bytes()).sum();
    }

    /** Of all that run, as long as they may become. */
    private long reservedBytes() {
        return members.stream()
                .mapToLong(member -> Math.max(member.sequence.bytes(), batch.kvBytes(member.course.length())))
                .sum();
    }

    /** Takes a course in, if there is a place for it and memory. */
    boolean admit(Course course) {
        if (members.size() >= Math.min(options.sequences(), batch.rows())) {
            return false;
        }
        long room = options.kvBytes() - reservedBytes() - batch.kvBytes(course.length());
        if (room < 0) {
            return false;
        }
        Sequence sequence =
                course.mayReuse() ? kept.take(course.prompt(), one -> batch.suits(one, course.length())) : null;
        kept.shrinkTo(room);
        if (sequence == null) {
            sequence = batch.newSequence(course.length());
        }
        Member member = new Member(course, sequence);
        members.add(member);
        int reused = sequence.position();
        guarded(member, one -> one.course.started(reused));
        return true;
    }

    /** One step of all who can take one; returns whether there were any. */
    boolean step() {
        List.copyOf(members).stream()
                .filter(member -> member.course.isCancelled())
                .forEach(this::end);
        List<Turn> turns = turns();
        if (turns.isEmpty()) {
            return false;
        }
        int wanted = turns.stream().mapToInt(turn -> turn.stretch.wanted()).sum();
        if (logits.length < wanted * vocabulary) {
            logits = new float[wanted * vocabulary];
        }
        int growing = (int) turns.stream().filter(turn -> turn.member.grows()).count();
        int rows = turns.stream().mapToInt(turn -> turn.stretch.count()).sum();
        long started = System.nanoTime();
        try {
            batch.forward(turns.stream().map(Turn::stretch).toList(), logits);
        } catch (MoiraException e) {
            turns.forEach(turn -> fail(turn.member, e));
            return true;
        }
        long nanos = System.nanoTime() - started;
        budget.took(growing, rows - growing, nanos);
        int at = 0;
        for (Turn turn : turns) {
            at = tell(turn, at);
        }
        listener.step(growing, rows - growing, nanos);
        return true;
    }

    private record Turn(Member member, Stretch stretch) {}

    /** Whose turn it is, those first who want no logits: prompts share what the budget gives in the order in which they came. */
    private List<Turn> turns() {
        List<Turn> first = new ArrayList<>();
        List<Turn> last = new ArrayList<>();
        List<Member> ready =
                members.stream().filter(member -> member.course.isReady()).toList();
        int growing = (int) ready.stream().filter(Member::grows).count();
        int left = budget.tokens(growing);
        for (Member member : ready) {
            int count = member.grows() ? 1 : Math.min(left, chunk(member));
            if (count > 0) {
                left -= member.grows() ? 0 : count;
                Turn turn = turn(member, count);
                (turn.stretch.wanted() == 0 ? first : last).add(turn);
            }
        }
        first.addAll(last);
        return first;
    }

    private int chunk(Member member) {
        int most = member.course.wantsPromptLogits() ? Math.max(1, LOGITS_AT_ONCE / vocabulary) : Integer.MAX_VALUE;
        return Math.min(member.waiting(), most);
    }

    private static Turn turn(Member member, int count) {
        boolean whole = count == member.waiting();
        int wanted = member.course.wantsPromptLogits() && !member.grows() ? count : whole ? 1 : 0;
        Stretch stretch = new Stretch(
                member.sequence,
                member.tokens(),
                member.sequence.position(),
                count,
                wanted,
                member.course.observer().orElse(null));
        return new Turn(member, stretch);
    }

    /** Gives a course its logits, from row {@code at} on; returns the row behind them. */
    private int tell(Turn turn, int at) {
        Member member = turn.member;
        int end = at + turn.stretch.wanted();
        int position = member.sequence.position() - turn.stretch.wanted();
        for (int r = at; r < end && members.contains(member); r++, position++) {
            System.arraycopy(logits, r * vocabulary, row, 0, vocabulary);
            int of = position;
            boolean newest = r + 1 == end && member.waiting() == 0;
            guarded(member, newest ? this::draw : one -> one.course.promptLogits(of, row));
        }
        return end;
    }

    private void draw(Member member) {
        int token = member.course.next(row);
        if (token < 0) {
            end(member);
        } else {
            member.append(token);
        }
    }

    /** A course that fails takes nobody with it. */
    private void guarded(Member member, Consumer<Member> action) {
        try {
            action.accept(member);
        } catch (MoiraException e) {
            fail(member, e);
        } catch (RuntimeException e) {
            fail(member, new MoiraException("sequence: it could not be gone on with: " + Reason.of(e), e));
        }
    }

    private void fail(Member member, MoiraException reason) {
        if (members.remove(member)) {
            member.sequence.close();
            member.course.failed(reason);
        }
    }

    /** Its keys and values are kept as long as nobody needs the room. */
    private void end(Member member) {
        members.remove(member);
        kept.keep(member.sequence, member.done());
        kept.shrinkTo(options.kvBytes() - reservedBytes());
        member.course.ended();
    }

    /** Ends all, and frees what they hold. */
    void close() {
        for (Iterator<Member> all = members.iterator(); all.hasNext(); ) {
            Member member = all.next();
            all.remove();
            member.sequence.close();
            member.course.ended();
        }
        kept.shrinkTo(0);
    }
}
