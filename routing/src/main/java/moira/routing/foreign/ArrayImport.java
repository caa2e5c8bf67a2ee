package moira.routing.foreign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import moira.engine.MoiraException;
import moira.routing.Progress;
import moira.routing.trace.TraceBuilder;

/** Files of arrays, one after another; where there are no documents beside them, each file is one. */
final class ArrayImport implements Format {
    private final Function<Path, ArrayFile> open;

    ArrayImport(Function<Path, ArrayFile> open) {
        this.open = open;
    }

    @Override
    public Imported read(
            List<Path> files, ImportOptions options, TraceBuilder trace, Account account, Progress progress) {
        if (LogitArrays.areIn(open, files.getFirst())) {
            return new LogitArrays(options, trace, account).read(open, files, progress);
        }
        List<RoutingArrays> arrays = new ArrayList<>();
        try {
            for (Path file : files) {
                arrays.add(opened(file, options));
            }
            mustAgree(arrays);
            return imported(arrays, options, trace, account, progress);
        } finally {
            close(arrays);
        }
    }

    private RoutingArrays opened(Path path, ImportOptions options) {
        ArrayFile file = open.apply(path);
        try {
            return new RoutingArrays(file, options.firstLayer());
        } catch (MoiraException e) {
            try {
                file.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private static void mustAgree(List<RoutingArrays> arrays) {
        RoutingArrays first = arrays.getFirst();
        for (RoutingArrays other : arrays) {
            boolean same = other.layers().equals(first.layers())
                    && other.k() == first.k()
                    && other.weights().isPresent() == first.weights().isPresent()
                    && other.ids().isPresent() == first.ids().isPresent();
            if (!same) {
                throw MoiraException.expected(other.name(), "the arrays, layers and k of " + first.name(), "others");
            }
        }
    }

    private static Imported imported(
            List<RoutingArrays> arrays, ImportOptions options, TraceBuilder trace, Account account, Progress progress) {
        RoutingArrays first = arrays.getFirst();
        boolean pieces = false;
        List<SourceDocument> documents;
        if (options.documents() == null) {
            documents = arrays.stream().map(ArrayImport::document).toList();
            account.lacks("documents: every file is taken for one document of one domain, so nothing about domains");
        } else {
            DocumentList list = DocumentList.read(options.documents(), trace);
            documents = list.documents();
            pieces = list.hasPieces();
            mustAddUp(options.documents(), documents, arrays);
        }
        if (options.documents() == null) {
            first.mustBeTokensFirst();
        }
        if (!first.isNumbered()) {
            account.note(
                    "layers: not numbered in the file, taken for %d to %d",
                    first.layers().getFirst(), first.layers().getLast());
        }
        Decisions decisions = new Decisions(options.experts(), first.k());
        ArrayReader reader = new ArrayReader(arrays, decisions, options, trace);
        reader.read(documents, progress);
        account.dropped(reader.absent());
        if (decisions.count() == 0) {
            throw MoiraException.expected(first.experts().where(), "one decision at least", "ids of -1 alone");
        }
        new Tokens(trace, account).write(first.ids().isPresent(), pieces);
        boolean weights = first.weights().isPresent();
        if (!weights) {
            account.lacksWeights();
        }
        account.lacksProbabilities();
        return new Imported(
                null,
                first.layers().stream().sorted().toList(),
                decisions.experts(account),
                first.k(),
                weights ? decisions.weight(options.weight(), account) : "none",
                documents);
    }

    private static SourceDocument document(RoutingArrays arrays) {
        if (arrays.tokens() > Integer.MAX_VALUE) {
            throw MoiraException.expected(arrays.name(), "documents (--documents) of that many tokens", "none");
        }
        return new SourceDocument("all", arrays.name(), (int) arrays.tokens());
    }

    private static void mustAddUp(Path file, List<SourceDocument> documents, List<RoutingArrays> arrays) {
        if (documents.stream().anyMatch(document -> document.tokens() < 0)) {
            throw MoiraException.expected(file.toString(), "\"tokens\" or \"pieces\" in every line", "none");
        }
        long announced = documents.stream().mapToLong(SourceDocument::tokens).sum();
        long there = arrays.stream().mapToLong(RoutingArrays::tokens).sum();
        if (announced != there) {
            boolean turned = announced > there && announced == arrays.getFirst().layerCount();
            throw MoiraException.expected(
                    file.toString(),
                    "documents that add up to the " + there + " tokens of the arrays",
                    turned ? announced + ", the arrays' second dimension: " + RoutingArrays.TURN : announced);
        }
    }

    private static void close(List<RoutingArrays> arrays) {
        for (RoutingArrays array : arrays) {
            try {
                array.close();
            } catch (IOException e) {
                throw MoiraException.cannot(array.name(), "be closed", e);
            }
        }
    }
}
