package moira.engine.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import moira.engine.Families;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import moira.engine.RoutingObserver;
import moira.engine.Session;
import moira.engine.decoder.Arithmetic;
import moira.engine.decoder.Residence;
import moira.engine.generation.Sampler;
import moira.engine.generation.SamplingOptions;
import moira.engine.synthetic.Shape;
import moira.engine.synthetic.SyntheticModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many sequences that come and go, and the same ones alone. */
class BatcherTest {
    private static final int NEW = 12;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    /** One that draws greedily, and writes down all that it is told. */
    private static class Writer implements Course, RoutingObserver {
        private final int[] prompt;
        private final boolean observed;
        private final boolean ofPrompt;
        final List<Integer> drawn = new ArrayList<>();
        final List<Float> highest = new ArrayList<>();
        final TreeMap<Integer, Float> promptHighest = new TreeMap<>();
        final TreeMap<String, List<Object>> routing = new TreeMap<>();
        final CountDownLatch done = new CountDownLatch(1);
        volatile MoiraException failure;
        volatile int reused = -1;
        volatile boolean cancelled;
        volatile boolean ready = true;

        Writer(int[] prompt, boolean observed, boolean ofPrompt) {
            this.prompt = prompt;
            this.observed = observed;
            this.ofPrompt = ofPrompt;
        }

        @Override
        public int[] prompt() {
            return prompt;
        }

        @Override
        public int length() {
            return prompt.length + NEW;
        }

        @Override
        public Optional<RoutingObserver> observer() {
            return observed ? Optional.of(this) : Optional.empty();
        }

        @Override
        public boolean wantsPromptLogits() {
            return ofPrompt;
        }

        @Override
        public void started(int tokens) {
            reused = tokens;
        }

        @Override
        public void promptLogits(int position, float[] logits) {
            promptHighest.put(position, highest(logits));
        }

        @Override
        public int next(float[] logits) {
            highest.add(highest(logits));
            int token = new Sampler(SamplingOptions.greedy()).next(logits);
            drawn.add(token);
            return drawn.size() == NEW ? -1 : token;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void ended() {
            done.countDown();
        }

        @Override
        public void failed(MoiraException reason) {
            failure = reason;
            done.countDown();
        }

        @Override
        public void routed(int layer, int position, int tokens, int[] experts, float[] weights, float[] scores) {
            int k = expertsPerToken;
            for (int t = 0; t < tokens; t++) {
                routing.put(
                        String.format(Locale.ROOT, "%02d %05d", layer, position + t),
                        List.of(
                                Arrays.toString(Arrays.copyOfRange(experts, t * k, (t + 1) * k)),
                                Arrays.toString(Arrays.copyOfRange(weights, t * k, (t + 1) * k))));
            }
        }

        private int expertsPerToken;

        Writer of(Model model) {
            expertsPerToken = model.architecture().expertsPerToken();
            return this;
        }

        void await() throws InterruptedException {
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(failure).isNull();
        }

        private static float highest(float[] logits) {
            float highest = Float.NEGATIVE_INFINITY;
            for (float logit : logits) {
                highest = Math.max(highest, logit);
            }
            return highest;
        }
    }

    /** What a writer is in a session of its own. */
    private static Writer alone(Model model, Writer of) {
        Writer alone = new Writer(of.prompt, of.observed, of.ofPrompt).of(model);
        Session session = model.newSession(of.length());
        session.observe(of.observed ? alone : null);
        float[] logits = null;
        if (of.ofPrompt) {
            for (int i = 0; i < of.prompt.length; i++) {
                logits = session.logits(of.prompt[i]);
                if (i + 1 < of.prompt.length) {
                    alone.promptLogits(i, logits);
                }
            }
        } else {
            logits = session.logits(of.prompt);
        }
        for (int token = alone.next(logits); token >= 0; token = alone.next(logits)) {
            logits = session.logits(token);
        }
        return alone;
    }

    private static int[] prompt(SplittableRandom random, int length, int vocabulary) {
        return random.ints(length, 3, vocabulary).toArray();
    }

    @ParameterizedTest
    @MethodSource("moira.engine.Families#here")
    void becomeWhatTheyWouldBeAlone(String family) throws InterruptedException {
        try (Model model = Model.load(
                Families.path(family), ModelOptions.defaults().withThreads(2).withBatch(64))) {
            inCompany(model);
        }
    }

    @Test
    void alsoOfPackedWeightsIn8Bits() throws InterruptedException {
        Path file = folder.resolve("tiny.gguf");
        SyntheticModel.write(Shape.mixtral("tiny", 256, 3, 4, 2, 64, 512, 8, 2, 300, 512), "Q4_0", file, bytes -> {});
        ModelOptions options = ModelOptions.defaults()
                .withResidence(Residence.PACKED)
                .withArithmetic(Arithmetic.INT8)
                .withBatch(64);
        try (Model model = Model.load(file, options)) {
            inCompany(model);
        }
    }

    private static void inCompany(Model model) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(7);
        List<Writer> writers = new ArrayList<>();
        BatcherOptions options = new BatcherOptions(5, 100, model.kvBytes(2_000));
        AtomicInteger largest = new AtomicInteger();
        StepListener steps = (growing, prompted, nanos) -> largest.accumulateAndGet(growing, Math::max);
        try (Batcher batcher = model.newBatcher(options, steps)) {
            for (int i = 0; i < 12; i++) {
                int[] prompt = prompt(random, 1 + random.nextInt(90), 300);
                Writer writer = new Writer(prompt, i % 2 == 0, i % 3 == 0).of(model);
                writers.add(writer);
                // The first ones begin together, the others arrive in the middle.
                writer.ready = i >= 5;
                assertThat(batcher.submit(writer)).isTrue();
                if (i == 5) {
                    writers.forEach(one -> one.ready = true);
                }
                Thread.sleep(i < 5 ? 0 : random.nextInt(4));
            }
            for (Writer writer : writers) {
                writer.await();
            }
            assertThat(batcher.drain(LONG)).isTrue();
            assertThat(batcher.state().running()).isZero();
        }
        assertThat(largest.get()).as("together").isGreaterThan(1);
        for (Writer writer : writers) {
            Writer alone = alone(model, writer);
            assertThat(writer.drawn).isEqualTo(alone.drawn);
            assertThat(writer.highest).isEqualTo(alone.highest);
            assertThat(writer.promptHighest).isEqualTo(alone.promptHighest);
            assertThat(writer.routing).isEqualTo(alone.routing);
        }
    }

    @Test
    void aNextTurnGoesOnWithWhatIsThere() throws InterruptedException {
        try (Model model = Model.load(Families.path("olmoe"));
                Batcher batcher = model.newBatcher(new BatcherOptions(2, 4, model.kvBytes(256)), StepListener.NONE)) {
            int[] first = prompt(new SplittableRandom(3), 40, 300);
            Writer one = new Writer(first, false, false).of(model);
            assertThat(batcher.submit(one)).isTrue();
            one.await();
            assertThat(one.reused).isZero();
            int[] next = Arrays.copyOf(first, 60);
            for (int i = 40; i < 60; i++) {
                next[i] = i - 40 < NEW - 1 ? one.drawn.get(i - 40) : 5;
            }
            Writer two = new Writer(next, false, false).of(model);
            batcher.submit(two);
            two.await();
            assertThat(two.reused)
                    .as("but the last token drawn, which left nothing")
                    .isEqualTo(40 + NEW - 1);
            assertThat(two.highest).isEqualTo(alone(model, two).highest);
            Writer watched = new Writer(next, true, false).of(model);
            batcher.submit(watched);
            watched.await();
            assertThat(watched.reused).as("it wants to be told of all").isZero();
        }
    }

    @Test
    void memoryIsBoundedAndFreed() throws InterruptedException {
        try (Model model = Model.load(Families.path("olmoe"))) {
            long limit = model.kvBytes(256);
            try (Batcher batcher = model.newBatcher(new BatcherOptions(8, 100, limit), StepListener.NONE)) {
                List<Writer> all = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    Writer writer = new Writer(prompt(new SplittableRandom(i), 100, 300), false, false).of(model);
                    all.add(writer);
                    batcher.submit(writer);
                }
                for (Writer writer : all) {
                    writer.await();
                    assertThat(batcher.state().kvBytes()).isLessThanOrEqualTo(limit);
                }
                Writer large = new Writer(prompt(new SplittableRandom(1), 400, 300), false, false).of(model);
                assertThatThrownBy(() -> batcher.submit(large))
                        .isInstanceOf(MoiraException.class)
                        .hasMessageStartingWith("a sequence of 412 tokens: expected keys and values of at most ");
            }
        }
    }

    @Test
    void whoLeavesMakesRoomAndAFullQueueRefuses() throws InterruptedException {
        try (Model model = Model.load(Families.path("olmoe"));
                Batcher batcher = model.newBatcher(new BatcherOptions(1, 1, model.kvBytes(1_000)), StepListener.NONE)) {
            Writer slow = new Writer(prompt(new SplittableRandom(1), 9, 300), false, false);
            slow.ready = false;
            assertThat(batcher.submit(slow)).isTrue();
            slow.of(model);
            while (batcher.state().running() == 0) {
                Thread.onSpinWait();
            }
            Writer waits = new Writer(prompt(new SplittableRandom(2), 9, 300), false, false).of(model);
            assertThat(batcher.submit(waits)).isTrue();
            assertThat(batcher.submit(new Writer(new int[] {5}, false, false))).isFalse();
            assertThat(batcher.state().queued()).isEqualTo(1);
            slow.cancelled = true;
            waits.await();
            assertThat(slow.done.getCount()).isZero();
            assertThat(batcher.drain(LONG)).isTrue();
            assertThat(batcher.submit(new Writer(new int[] {5}, false, false))).isFalse();
        }
    }

    @Test
    void oneThatFailsTakesNobodyWithIt() throws InterruptedException {
        try (Model model = Model.load(Families.path("olmoe"));
                Batcher batcher = model.newBatcher(new BatcherOptions(4, 4, model.kvBytes(1_000)), StepListener.NONE)) {
            Writer broken = new Writer(new int[] {9, 10}, false, false) {
                @Override
                public int next(float[] logits) {
                    throw new IllegalStateException("oh");
                }
            };
            Writer whole = new Writer(new int[] {7, 8, 9}, false, false).of(model);
            batcher.submit(broken);
            batcher.submit(whole);
            whole.await();
            broken.done.await();
            assertThat(broken.failure).hasMessage("sequence: it could not be gone on with: oh");
        }
    }
}
