package moira.cli;

import java.util.Locale;
import moira.routing.foreign.ImportOptions;
import picocli.CommandLine.Option;

/** The names that rows of JSON give their fields. */
final class FieldSettings {
    private static final String DEFAULT = "Default: ${DEFAULT-VALUE}.";

    @Option(
            names = {"--field-document", "--document-field"},
            paramLabel = "F[,F]",
            defaultValue = "document",
            description = "Several name a document together. " + DEFAULT)
    private String document = ImportOptions.Fields.DEFAULTS.document();

    @Option(names = "--field-position", paramLabel = "F", defaultValue = "position", description = DEFAULT)
    private String position = ImportOptions.Fields.DEFAULTS.position();

    @Option(names = "--field-layer", paramLabel = "F", defaultValue = "layer", description = DEFAULT)
    private String layer = ImportOptions.Fields.DEFAULTS.layer();

    @Option(names = "--field-experts", paramLabel = "F", defaultValue = "experts", description = DEFAULT)
    private String experts = ImportOptions.Fields.DEFAULTS.experts();

    @Option(names = "--field-weights", paramLabel = "F", defaultValue = "weights", description = DEFAULT)
    private String weights = ImportOptions.Fields.DEFAULTS.weights();

    @Option(names = "--field-token", paramLabel = "F", defaultValue = "token", description = DEFAULT)
    private String token = ImportOptions.Fields.DEFAULTS.token();

    @Option(names = "--field-piece", paramLabel = "F", defaultValue = "piece", description = DEFAULT)
    private String piece = ImportOptions.Fields.DEFAULTS.piece();

    @Option(names = "--field-domain", paramLabel = "F", defaultValue = "domain", description = DEFAULT)
    private String domain = ImportOptions.Fields.DEFAULTS.domain();

    @Option(
            names = "--field-logits",
            paramLabel = "F",
            defaultValue = "logits",
            description = "With a value for every expert, where experts are not given. " + DEFAULT)
    private String logits = ImportOptions.Fields.DEFAULTS.logits();

    @Option(
            names = "--logits",
            paramLabel = "KIND",
            description = "raw, or softmax where they are probabilities already. Default: by the values.")
    private LogitsKind kind;

    private enum LogitsKind {
        RAW,
        SOFTMAX
    }

    ImportOptions.Fields fields() {
        return new ImportOptions.Fields(
                document,
                position,
                layer,
                experts,
                weights,
                token,
                piece,
                domain,
                logits,
                kind == null ? null : kind.name().toLowerCase(Locale.ROOT));
    }
}
