package moira.routing.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.engine.RoutingObserver;
import moira.routing.DuckDb;
import moira.routing.Progress;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceWriterTest {
    private static final PlantedTrace PLANTED = PlantedTrace.SMALL;
    private static final PlantedTrace.Routing ROUTING = PLANTED.uniform();

    @TempDir
    Path folder;

    private final Plan plan = PLANTED.plan();

    private void writeWindows(Path out, int windows) {
        try (TraceWriter writer = PLANTED.writer(out, plan)) {
            for (Window window : writer.remaining().subList(0, windows)) {
                PLANTED.run(window, ROUTING, writer);
            }
        }
    }

    /** All files but the JSON, which has no end of its own. */
    private static TreeMap<String, byte[]> files(Path trace) throws IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(trace)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(trace.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static void mustEqual(Path trace, Path other) throws IOException {
        TreeMap<String, byte[]> files = files(trace);
        TreeMap<String, byte[]> others = files(other);
        assertThat(files.keySet()).isEqualTo(others.keySet());
        files.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(others.get(name)));
    }

    @Test
    void rowsAreWhatTheObserverWasTold() {
        PLANTED.write(folder, ROUTING);
        List<String> told = new ArrayList<>();
        for (Window window : plan.windows()) {
            RoutingObserver note = (layer, position, tokens, experts, weights, probabilities) -> {
                for (int i = 0; i < tokens * PLANTED.k() && PLANTED.layers().contains(layer); i++) {
                    told.add(window.document() + " " + (position + i / PLANTED.k()) + " " + layer + " "
                            + (i % PLANTED.k() + 1) + " " + experts[i] + " " + weights[i]);
                }
            };
            PLANTED.forward(window, ROUTING, note);
        }
        List<String> written = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT document, position, layer, choice, expert, weight FROM "
                            + DuckDb.parquet(Trace.open(folder).routing()),
                    row -> written.add(row.getInt(1) + " " + row.getInt(2) + " " + row.getInt(3) + " " + row.getInt(4)
                            + " " + row.getInt(5) + " " + row.getFloat(6)));
        }
        assertThat(written).containsExactlyInAnyOrderElementsOf(told);
    }

    @Test
    void entropyAndMarginOfARouter() {
        PlantedTrace one = new PlantedTrace(4, 2, List.of(0), 1, 1, 1, 2, 3, 1);
        Plan plan = one.plan();
        try (TraceWriter writer = one.writer(folder, plan)) {
            RoutingObserver observer = writer.begin(plan.windows().getFirst());
            int[] experts = {3, 1, 0, 2, 2, 0};
            float[] weights = {.8f, .2f, .5f, .5f, .5f, .5f};
            float[] probabilities = {.125f, .25f, .125f, .5f, .25f, .25f, .25f, .25f, .5f, 0, .5f, 0};
            observer.routed(0, 0, 3, experts, weights, probabilities);
            writer.end();
            writer.complete();
        }
        List<String> rows = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT position, entropy, margin FROM "
                            + DuckDb.parquet(Trace.open(folder).router()) + " ORDER BY 1",
                    row -> rows.add(row.getInt(1) + " " + row.getFloat(2) + " " + row.getFloat(3)));
        }
        assertThat(rows).containsExactly("0 1.75 0.125", "1 2.0 0.0", "2 1.0 0.5");
    }

    @Test
    void aResumedTraceEqualsAnUninterruptedOne() throws IOException {
        Path whole = folder.resolve("whole");
        PLANTED.write(whole, ROUTING);
        for (int stop : new int[] {0, 3, 5, 17, plan.windows().size()}) {
            Path cut = folder.resolve("cut" + stop);
            writeWindows(cut, stop);
            assertThat(TraceHeader.read(cut.resolve("trace.json")).complete()).isFalse();
            Files.writeString(cut.resolve("routing/part-00003.parquet.moira-tmp"), "half a part");
            if (stop == 17) {
                Files.delete(cut.resolve("routing/part-00002.parquet"));
            }
            PLANTED.write(cut, ROUTING);
            mustEqual(cut, whole);
        }
        assertThat(Trace.open(whole).header().complete()).isTrue();
        assertThat(Trace.open(whole).routing()).hasSize(15);
    }

    @Test
    void progressCountsWhatWasDoneBefore() {
        writeWindows(folder, 12);
        List<Long> told = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void skipped(MoiraException problem) {
                throw problem;
            }

            @Override
            public void started(long tokens, long done) {
                told.add(tokens);
                told.add(done);
            }

            @Override
            public void advanced(long tokens) {
                told.add(tokens);
            }
        };
        try (TraceWriter writer = PLANTED.writer(folder, plan)) {
            Forward forward = (windows, observers) -> {
                for (int i = 0; i < windows.size(); i++) {
                    PLANTED.forward(windows.get(i), ROUTING, observers.get(i));
                }
            };
            Recorder.record(plan, writer, 1, forward, progress);
        }
        assertThat(told).startsWith(72L * 41, 10L * 41, 41L).hasSize(2 + 62);
        assertThat(told.stream().skip(1).mapToLong(n -> n).sum()).isEqualTo(told.getFirst());
    }

    @Test
    void groupsOfWindowsEndWithTheirPart() {
        try (TraceWriter writer = PLANTED.writer(folder, plan)) {
            // Parts of five windows, 41 tokens each.
            assertThat(sizes(writer.remaining(8, 100))).startsWith(2, 2, 1, 2, 2, 1);
            assertThat(sizes(writer.remaining(3, 1_000))).startsWith(3, 2, 3, 2);
            assertThat(sizes(writer.remaining(8, 40))).containsOnly(1);
            assertThat(writer.remaining(3, 1_000).stream().flatMap(List::stream))
                    .isEqualTo(writer.remaining());
        }
    }

    private static List<Integer> sizes(List<List<Window>> groups) {
        return groups.stream().map(List::size).toList();
    }

    @Test
    void windowsThatAreRunTogetherAreWrittenAsThemselves() throws IOException {
        Path whole = folder.resolve("whole");
        PLANTED.write(whole, ROUTING);
        Path together = folder.resolve("together");
        try (TraceWriter writer = PLANTED.writer(together, plan)) {
            // The last one first: a model tells layer by layer, and of each window in turn.
            Forward forward = (windows, observers) -> {
                for (int i = windows.size() - 1; i >= 0; i--) {
                    PLANTED.forward(windows.get(i), ROUTING, observers.get(i));
                }
            };
            Recorder.record(plan, writer, 100, forward, Progress.NONE);
        }
        mustEqual(together, whole);
    }

    @Test
    void anotherPlanIsAnErrorThatNamesTheDifference() {
        writeWindows(folder, 6);
        TraceHeader header = PLANTED.header(plan, 5 * 41 * 4);
        mustRefuse(new PlantedTrace(4, 2, List.of(0, 1), 3, 12, 2, 40, 30, 7), "layers [0, 1], found [0, 2]");
        mustRefuse(new PlantedTrace(4, 2, List.of(0, 2), 3, 12, 2, 40, 30, 8), "corpus c8, found c7");
        assertThatThrownBy(() -> TraceWriter.open(folder, PLANTED.header(plan, 7777), plan, new CharTokenizer(), false))
                .hasMessageContaining("part_assignments 7777, found " + header.partAssignments());
    }

    private void mustRefuse(PlantedTrace other, String message) {
        assertThatThrownBy(() -> other.writer(folder, other.plan()).close())
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aCompleteTraceIsDoneAndAnotherOnlyOverwritesItWhenAsked() throws IOException {
        Path trace = folder.resolve("trace");
        PLANTED.write(trace, ROUTING);
        Files.writeString(trace.resolve("notes.txt"), "mine");
        try (TraceWriter again = PLANTED.writer(trace, plan)) {
            assertThat(again.remaining()).isEmpty();
            again.complete();
        }
        assertThat(Trace.open(trace).header().complete()).isTrue();
        PlantedTrace other = new PlantedTrace(4, 2, List.of(0), 1, 2, 1, 40, 30, 8);
        Plan small = other.plan();
        try (TraceWriter writer = TraceWriter.open(trace, other.header(small, 80), small, new CharTokenizer(), true)) {
            for (Window window : writer.remaining()) {
                other.run(window, other.uniform(), writer);
            }
            writer.complete();
        }
        assertThat(Trace.open(trace).routing()).hasSize(2);
        assertThat(trace.resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void aFolderWithOtherFilesIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("thesis.tex"), "mine");
        mustRefuse(PLANTED, "other files");
        assertThat(folder.resolve("trace.json")).doesNotExist();
    }

    @Test
    void aNewerTraceIsAnError() throws IOException {
        PLANTED.write(folder, ROUTING);
        Path header = folder.resolve("trace.json");
        Files.writeString(header, Files.readString(header).replace("\"format_version\" : 2", "\"format_version\" : 3"));
        assertThatThrownBy(() -> Trace.open(folder))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("format_version 1 to 2")
                .hasMessageContaining("found 3")
                .hasMessageNotContaining("\n");
    }

    @Test
    void anOlderTraceIsReadAndNotGoneOnWith() throws IOException {
        PLANTED.write(folder, ROUTING);
        Path header = folder.resolve("trace.json");
        Files.writeString(header, Files.readString(header).replace("\"format_version\" : 2", "\"format_version\" : 1"));
        assertThat(Trace.open(folder).header().mixture()).isEqualTo(Mixture.UNKNOWN);
        mustRefuse(PLANTED, "found 1, which does not say all that decides a route");
    }

    /** Weights, corpus and dimensions may be the same where a tokenizer or a constant is not. */
    @Test
    void whatDecidesATokenOrARouteBelongsToATrace() {
        Plan plan = PLANTED.plan();
        Mixture mixture = new Mixture(List.of(0, 2), "softmax_of_chosen", 0, null, "tokenizer", "epsilon 1e-5");
        open(plan, mixture).close();
        open(plan, mixture).close();
        Mixture other = new Mixture(List.of(0, 2), "softmax_of_chosen", 0, null, "tokenizer", "epsilon 1e-6");
        assertThatThrownBy(() -> open(plan, other))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("arithmetic_fingerprint epsilon 1e-6, found epsilon 1e-5");
        Mixture third = new Mixture(List.of(0, 2), "softmax_of_chosen", 0, null, "another", "epsilon 1e-5");
        assertThatThrownBy(() -> open(plan, third)).hasMessageContaining("tokenizer another, found tokenizer");
    }

    private TraceWriter open(Plan plan, Mixture mixture) {
        TraceHeader plain = PLANTED.header(plan, 1000);
        TraceHeader header = new TraceHeader(
                plain.formatVersion(),
                plain.model(),
                plain.layers(),
                plain.modelLayers(),
                plain.experts(),
                plain.expertsPerToken(),
                plain.weight(),
                plain.phase(),
                plain.arithmetic(),
                plain.corpus(),
                plain.partAssignments(),
                plain.moiraVersion(),
                false,
                mixture,
                null);
        return TraceWriter.open(folder, header, plan, new CharTokenizer(), false);
    }

    @Test
    void whatIsNoTraceIsAnError() throws IOException {
        assertThatThrownBy(() -> Trace.open(folder)).hasMessageContaining("trace.json");
        for (String json :
                List.of("", "{", "[]", "{\"format_version\": 1}", "{\"format_version\": 1, \"layers\": 3}")) {
            Files.writeString(folder.resolve("trace.json"), json);
            assertThatThrownBy(() -> Trace.open(folder))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageContaining("trace.json")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void aMissingOrCutPartIsNamed() throws IOException {
        PLANTED.write(folder, ROUTING);
        Path part = folder.resolve("routing/part-00004.parquet");
        byte[] bytes = Files.readAllBytes(part);
        Files.write(part, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> Trace.open(folder))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("part-00004.parquet");
        Files.delete(part);
        assertThatThrownBy(() -> Trace.open(folder)).hasMessageContaining("part-00004.parquet");
        Files.write(part, bytes);
        Files.delete(folder.resolve("router/part-00000.parquet"));
        assertThatThrownBy(() -> Trace.open(folder))
                .hasMessageContaining("router")
                .hasMessageContaining("part-00000");
    }

    /** Work goes by these numbers: with a header that lies, it would have no end. */
    @Test
    void numbersThatNoTraceHasAreErrors() throws IOException {
        PLANTED.write(folder, ROUTING);
        Path header = folder.resolve("trace.json");
        String json = Files.readString(header);
        for (String name : List.of("experts", "experts_per_token", "model_layers")) {
            for (String value : List.of("0", "-1", "200000", "2000000000")) {
                Files.writeString(header, json.replaceAll("\"" + name + "\" : \\d+", "\"" + name + "\" : " + value));
                assertThatThrownBy(() -> Trace.open(folder))
                        .isInstanceOf(MoiraException.class)
                        .hasMessageContaining("trace.json, " + name + ": expected 1 to ")
                        .hasMessageContaining("found " + value);
            }
        }
        Files.writeString(header, json.replaceAll("\"layers\" : \\[ ?\\d+", "\"layers\" : [ 99"));
        assertThatThrownBy(() -> Trace.open(folder))
                .hasMessageContaining("trace.json, layers: expected some from 0 to ");
    }

    @Test
    void aModelWhoseWeightsAreBrokenIsNoTrace() {
        try (TraceWriter writer = PLANTED.writer(folder, plan)) {
            RoutingObserver observer = writer.begin(plan.windows().getFirst());
            float[] weights = {1, 0, Float.NaN, Float.NaN};
            assertThatThrownBy(() -> observer.routed(0, 5, 2, new int[] {0, 1, 0, 1}, weights, new float[8]))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageContaining("document 0, layer 0, position 6")
                    .hasMessageContaining("found NaN");
        }
    }

    @Test
    void aModelThatDoesNotTellEverythingIsAnError() {
        try (TraceWriter writer = PLANTED.writer(folder, plan)) {
            RoutingObserver observer = writer.begin(plan.windows().getFirst());
            observer.routed(0, 0, 1, new int[] {0, 1}, new float[2], new float[4]);
            assertThatThrownBy(writer::end).hasMessageContaining("document 0: expected 82 routing decisions, found 1");
        }
    }

    /** Stopped between making its folders and writing its header. */
    @Test
    void aFolderWithoutAHeaderIsBegunAnew() throws IOException {
        Files.createDirectories(folder.resolve("routing"));
        Files.createDirectories(folder.resolve("router"));
        Files.writeString(folder.resolve("trace.json.moira-tmp"), "{");
        Files.writeString(folder.resolve("trace.lock"), "");
        PLANTED.write(folder, ROUTING);
        assertThat(Trace.open(folder).header().complete()).isTrue();
        assertThat(folder.toFile().list()).noneMatch(name -> name.contains("tmp") || name.contains("lock"));
        Files.delete(folder.resolve("trace.json"));
        assertThatThrownBy(() -> PLANTED.writer(folder, plan))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("expected a new folder, or a trace, found other files");
    }

    @Test
    void whatIsNotOfTheTraceIsLeftAlone() throws IOException {
        PLANTED.write(folder, ROUTING);
        for (String theirs : List.of("notes.tmp", "notes.parquet", "routing/notes.tmp", "routing/mine.parquet")) {
            Files.writeString(folder.resolve(theirs), theirs);
        }
        Files.delete(folder.resolve("routing/mine.parquet"));
        PLANTED.write(folder, ROUTING);
        for (String theirs : List.of("notes.tmp", "notes.parquet", "routing/notes.tmp")) {
            assertThat(folder.resolve(theirs)).hasContent(theirs);
        }
    }

    @Test
    void twoProcessesDoNotWriteToOneTrace() {
        try (TraceWriter writer = PLANTED.writer(folder, plan)) {
            assertThatThrownBy(() -> PLANTED.writer(folder, plan))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageContaining("expected nobody else that writes to it");
            assertThat(writer.remaining()).isNotEmpty();
        }
        PLANTED.write(folder, ROUTING);
    }

    @Test
    void aFullDiskKeepsWhatWasWritten() throws IOException {
        Path full = Path.of("/dev/full");
        if (!Files.exists(full)) {
            System.err.println("SKIPPED: this system has no /dev/full");
            Assumptions.abort("no /dev/full");
        }
        try (TraceWriter writer = PLANTED.writer(folder, plan)) {
            Files.createSymbolicLink(folder.resolve("routing/part-00002.parquet.moira-tmp"), full);
            assertThatThrownBy(() -> {
                        for (Window window : writer.remaining()) {
                            PLANTED.run(window, ROUTING, writer);
                        }
                    })
                    .isInstanceOf(MoiraException.class)
                    .hasMessageContaining("part-00002.parquet")
                    .hasMessageContaining("No space left")
                    .hasMessageNotContaining("\n");
        }
        assertThat(folder.resolve("routing/part-00001.parquet")).exists();
        assertThat(folder.resolve("routing/part-00002.parquet")).doesNotExist();
        assertThat(folder.resolve("routing/part-00002.parquet.moira-tmp")).doesNotExist();
        assertThat(Trace.open(folder).header().complete()).isFalse();
        PLANTED.write(folder, ROUTING);
        assertThat(Trace.open(folder).header().complete()).isTrue();
    }
}
