package moira.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import moira.engine.synthetic.Shape;
import moira.engine.synthetic.SyntheticModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpertBytesTest {
    @TempDir
    private Path folder;

    /** Three matrices of 256 by 512 values, 34 bytes for each 32. */
    @Test
    void areThoseOfTheFile() {
        Path file = folder.resolve("tiny.gguf");
        SyntheticModel.write(Shape.mixtral("tiny", 256, 2, 4, 2, 64, 512, 8, 2, 300, 512), "Q8_0", file, bytes -> {});
        try (Model model = Model.load(file)) {
            assertThat(model.expertBytes()).hasSize(2).containsEntry(1, 3L * 256 * 512 / 32 * 34);
        }
    }

    /** Dense layers have none. */
    @Test
    void onlyLayersThatRouteHaveSome() {
        try (Model model = Model.load(Families.path("qwen2-moe"))) {
            assertThat(model.expertBytes().keySet())
                    .containsExactlyElementsOf(model.architecture().routedLayers())
                    .hasSizeLessThan(model.architecture().depth());
        }
    }
}
