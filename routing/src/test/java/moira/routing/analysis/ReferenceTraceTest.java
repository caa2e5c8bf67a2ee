package moira.routing.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Shared;
import moira.routing.Progress;
import moira.routing.corpus.Corpus;
import moira.routing.trace.LayerSelection;
import moira.routing.trace.Recorder;
import moira.routing.trace.TraceOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trained Mixtral over the validation texts, from the model's files to the tables. */
class ReferenceTraceTest {
    private static final AnalysisOptions QUICK = new AnalysisOptions(200, 50, 200, 3);

    /** Of each domain. */
    private static final int TOKENS = 1024;

    @TempDir
    Path folder;

    private static void record(Path out, LayerSelection layers, int tokens, Progress progress) {
        Corpus corpus = Corpus.open(List.of(Shared.path("corpus/valid")));
        TraceOptions options = new TraceOptions(0, tokens, layers, false, false, 20_000);
        try (Model model = Model.load(Shared.path("reference-model"))) {
            Recorder.record(model, corpus, options, out, progress);
        }
    }

    @Test
    void everyTableAgreesWithPlainLoops() throws Exception {
        Path trace = folder.resolve("trace");
        Path out = folder.resolve("out");
        record(trace, LayerSelection.ALL, TOKENS, Progress.NONE);
        Analysis.run(trace, out, QUICK);
        Tables.mustAgree(trace, out, 8, 2);
    }

    @Test
    void aRecordingThatWasCutOffAndGoneOnWithIsTheSame() throws IOException {
        LayerSelection layers = new LayerSelection("first,middle,last");
        Path whole = folder.resolve("whole");
        Path cut = folder.resolve("cut");
        record(whole, layers, 1500, Progress.NONE);
        assertThatThrownBy(() -> record(cut, layers, 1500, new StopAfter(7000)))
                .isInstanceOf(MoiraException.class)
                .hasMessage("stopped");
        assertThat(cut.resolve("routing/part-00000.parquet")).exists();
        record(cut, layers, 1500, Progress.NONE);
        try (Stream<Path> files = Files.walk(whole)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(cut.resolve(whole.relativize(file))).hasSameBinaryContentAs(file);
            }
        }
    }

    /** Stands for whatever may end a recording. */
    private static final class StopAfter implements Progress {
        private long left;

        StopAfter(long tokens) {
            left = tokens;
        }

        @Override
        public void started(long tokens, long done) {}

        @Override
        public void advanced(long tokens) {
            left -= tokens;
            if (left < 0) {
                throw new MoiraException("stopped");
            }
        }

        @Override
        public void skipped(MoiraException problem) {}
    }
}
