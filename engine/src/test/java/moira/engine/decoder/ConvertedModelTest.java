package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import moira.engine.Model;
import moira.engine.Session;
import moira.engine.Shared;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.checkpoint.FormatMix;
import moira.engine.conversion.Conversion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference model, converted by us, against what PyTorch computed. */
class ConvertedModelTest {
    @TempDir
    private Path folder;

    /** The same values in another layout: nothing may differ that does not differ in the folder itself. */
    @Test
    void inTheSameNumbersNothingChanges() throws IOException {
        Comparison comparison = compare(converted("BF16"), "golden-bf16.safetensors");
        System.out.println("converted to BF16: " + comparison);
        assertThat(comparison.setDiffers).isZero();
        assertThat(comparison.firstDiffers).isZero();
        assertThat(comparison.worstLogProbability).isLessThan(1e-3f);
    }

    /**
     * In Q8_0 as near to the original as the Q8_0 file that another program made: it changes 191 decisions, and the difference of
     * two such counts deviates by 20, a tenth.
     */
    @Test
    void inEightBitsItIsAsNearAsTheReferencesOwn() throws IOException {
        Comparison theirs = compare(Shared.path("reference-model/model-q8_0.gguf"), "golden-bf16.safetensors");
        Comparison ours = compare(converted("Q8_0"), "golden-bf16.safetensors");
        System.out.println("Q8_0 of the reference: " + theirs + "; converted by us: " + ours);
        assertThat(ours.setDiffers).isLessThan(ours.decisions / 100).isLessThanOrEqualTo(theirs.setDiffers * 13 / 10);
        assertThat(ours.meanLogProbability()).isLessThan(1.1 * theirs.meanLogProbability());
    }

    private Path converted(String format) {
        Path file = folder.resolve(format + ".gguf");
        try (Checkpoint source = Checkpoints.open(Shared.path("reference-model"))) {
            new Conversion(source, FormatMix.named(format)).write(file, false, 2, bytes -> {});
        }
        return file;
    }

    private static Comparison compare(Path path, String goldenName) throws IOException {
        Golden golden = new Golden(Shared.path("reference-model/" + goldenName));
        try (Model model = Model.load(path)) {
            Comparison comparison = new Comparison(model.architecture().depth());
            Session session = model.newSession();
            session.observe(comparison);
            for (int document = 0; document < golden.documents(); document++) {
                comparison.start(golden, document);
                session.reset();
                comparison.logProbabilities(session.logProbabilities(golden.tokens(document)));
            }
            return comparison;
        }
    }
}
