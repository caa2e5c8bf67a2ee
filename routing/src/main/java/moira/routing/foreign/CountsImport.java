package moira.routing.foreign;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import moira.engine.MoiraException;
import moira.routing.Progress;
import moira.routing.trace.TraceBuilder;

/** Counts by domain, layer and expert, and by token where there are such: a domain becomes one document. */
final class CountsImport implements Format {
    @Override
    public Imported read(
            List<Path> files, ImportOptions options, TraceBuilder trace, Account account, Progress progress) {
        List<CountsFile> counts = new ArrayList<>();
        List<Path> byToken = new ArrayList<>();
        for (Path file : files) {
            if (isZip(file)) {
                byToken.add(file);
            } else {
                counts.add(CountsFile.read(file));
            }
        }
        boolean byDocument = !counts.isEmpty() && !counts.getFirst().domainOf().isEmpty();
        if (counts.isEmpty() || byToken.size() > (byDocument ? 0 : 1)) {
            throw MoiraException.expected(
                    files.getFirst().toString(), "counts as JSON, and one npz by token at most", "others");
        }
        mustAgree(counts);
        CountsFile first = counts.getFirst();
        List<SourceDocument> documents = documents(counts);
        for (CountsFile file : counts) {
            write(file, documents, trace);
        }
        lacks(counts, account);
        if (byToken.isEmpty()) {
            account.lacksTokens();
        } else {
            new TokenCounts(byToken.getFirst(), counts, trace, account).read();
        }
        List<Integer> layers = first.layers().stream().sorted().toList();
        return new Imported(first.model(), layers, first.experts(), first.k(), "none", documents);
    }

    private static boolean isZip(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(2);
            return start.length == 2 && start[0] == 'P' && start[1] == 'K';
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be read", e);
        }
    }

    private static void mustAgree(List<CountsFile> files) {
        CountsFile first = files.getFirst();
        Set<Integer> choices = new LinkedHashSet<>();
        for (CountsFile file : files) {
            boolean same = file.experts() == first.experts()
                    && file.k() == first.k()
                    && file.layers().equals(first.layers())
                    && file.domainOf().equals(first.domainOf());
            if (!same || !choices.add(file.choice())) {
                throw MoiraException.expected(
                        file.path().toString(),
                        "the experts, layers and documents of " + first.path() + " and other choices",
                        file.experts() + " experts, layers " + file.layers() + ", the same choices");
            }
        }
    }

    /** One a domain, in the order in which they appear. */
    private static List<SourceDocument> documents(List<CountsFile> files) {
        Set<String> domains = new LinkedHashSet<>();
        files.forEach(file -> domains.addAll(file.domains().keySet()));
        return domains.stream()
                .map(name -> new SourceDocument(
                        files.getFirst().domainOf().getOrDefault(name, name), name, tokens(files, name)))
                .toList();
    }

    private static int tokens(List<CountsFile> files, String domain) {
        double most = files.stream()
                .filter(file -> file.domains().containsKey(domain))
                .flatMapToDouble(file -> file.layers().stream().mapToDouble(layer -> file.tokens(domain, layer)))
                .max()
                .orElseThrow();
        if (most == 0 || most > Integer.MAX_VALUE) {
            String where = files.getFirst().path() + ", " + domain;
            throw MoiraException.expected(
                    where, "1 to " + Integer.MAX_VALUE + " tokens", String.format(Locale.ROOT, "%.0f", most));
        }
        return (int) Math.round(most);
    }

    /** Where a token has one expert, all choices are the first. */
    private static void write(CountsFile file, List<SourceDocument> documents, TraceBuilder trace) {
        for (int document = 0; document < documents.size(); document++) {
            String domain = documents.get(document).source();
            if (file.domains().containsKey(domain)) {
                write(file, document, domain, file.choice(), trace);
                if (file.k() == 1 && file.choice() == 0) {
                    write(file, document, domain, 1, trace);
                }
            }
        }
    }

    private static void write(CountsFile file, int document, String domain, int choice, TraceBuilder trace) {
        trace.database().append("counts", rows -> {
            for (int layer : file.layers()) {
                List<Double> counts = file.counts(domain, layer);
                for (int expert = 0; expert < counts.size(); expert++) {
                    rows.beginRow().append(document).append((short) layer).append((byte) choice);
                    rows.append((short) expert)
                            .append(counts.get(expert).doubleValue())
                            .endRow();
                }
            }
        });
    }

    private static void lacks(List<CountsFile> files, Account account) {
        account.lacks(
                "positions: counts alone, so no repetition, no co-activation, no transition between layers, no passages");
        if (files.getFirst().domainOf().isEmpty()) {
            account.lacks("documents: a domain is one, so no intervals, and no null for the divergence of domains");
        }
        if (files.stream().noneMatch(file -> file.choice() == 0)) {
            account.lacks("counts of all choices: no load, no domain specialization");
        }
        if (files.stream().noneMatch(file -> file.choice() == 1 || file.k() == 1)) {
            account.lacks("counts of first choices: all choices are counted together");
        }
        account.lacksProbabilities();
        for (CountsFile file : files) {
            Set<String> missing = new LinkedHashSet<>();
            files.forEach(other -> missing.addAll(other.domains().keySet()));
            missing.removeAll(file.domains().keySet());
            if (!missing.isEmpty()) {
                account.note("%s: no counts of %s", file.path(), String.join(", ", missing));
            }
        }
    }
}
