package moira.accelerate;

import java.nio.file.Path;
import java.util.Optional;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.AcceleratorProvider;

/** Finds oneDNN in the folder that the system property {@code moira.onednn} names; without the property there is none. */
public final class OneDnnProvider implements AcceleratorProvider {
    static final String FOLDER = "moira.onednn";

    @Override
    public String description() {
        return "oneDNN in the folder of -D" + FOLDER + " (bin/fetch-onednn fetches it, ./moira passes it on)";
    }

    @Override
    public Optional<Accelerator> load() {
        String folder = System.getProperty(FOLDER);
        return folder == null ? Optional.empty() : Optional.of(new OneDnn(new Library(Path.of(folder))));
    }
}
