package moira.engine.decoder;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.DenseSpec;
import moira.engine.architecture.FeedForwardSpec;
import moira.engine.architecture.MixtureSpec;

/** What a layer does after its attention: reads {@code a.normed}, adds to {@code a.hidden}. Layers of the same description share one. */
sealed interface FeedForward {
    /** The weights of a layer's feed-forward. */
    sealed interface Weights {
        /** Bytes that are read for a token. */
        long bytes(int expertsPerToken);
    }

    /**
     * For a batch.
     *
     * @param first of the tokens whose outputs anybody reads; all are routed
     */
    void forward(Weights weights, int first, int tokens, boolean observed);

    /** What a description asks for. */
    static FeedForward of(FeedForwardSpec spec, Architecture architecture, Products products, Activations a) {
        int width = architecture.width();
        float scale = architecture.scales().residual();
        return switch (spec) {
            case DenseSpec dense ->
                new Dense(new GatedUnit(dense.activation(), width, dense.width(), scale, products, a));
            case MixtureSpec mixture -> new Mixture(mixture, width, scale, products, a);
        };
    }

    /** One gated unit for all tokens. */
    record Dense(GatedUnit unit) implements FeedForward {
        /** Those of the unit. */
        record OneUnit(GatedUnit.Weights unit) implements Weights {
            @Override
            public long bytes(int expertsPerToken) {
                return unit.bytes();
            }
        }

        @Override
        public void forward(Weights weights, int first, int tokens, boolean observed) {
            unit.forward(((OneUnit) weights).unit(), first, tokens);
        }
    }

    /** {@code router}, {@code experts}, and perhaps experts that every token goes to. */
    final class Mixture implements FeedForward {
        /**
         * Those of a mixture.
         *
         * @param biases of the experts; null for none
         * @param shared null for none
         */
        record OfExperts(
                Router.Weights router, List<Experts.Expert> experts, Experts.Biases biases, GatedUnit.Weights shared)
                implements Weights {
            @Override
            public long bytes(int expertsPerToken) {
                long ofExperts =
                        experts.stream().mapToLong(Experts.Expert::bytes).sum();
                return router.matrix().bytes()
                        + ofExperts / experts.size() * expertsPerToken
                        + (shared == null ? 0 : shared.bytes());
            }
        }

        private final Router router;
        private final Experts experts;
        /** Null for none. */
        private final GatedUnit shared;

        Mixture(MixtureSpec spec, int width, float scale, Products products, Activations a) {
            router = new Router(spec, products, a);
            experts = new Experts(spec, width, scale, products, a);
            shared = spec.shared()
                    .map(s -> new GatedUnit(spec.activation(), width, s.width(), scale, products, a))
                    .orElse(null);
        }

        @Override
        public void forward(Weights weights, int first, int tokens, boolean observed) {
            OfExperts mixture = (OfExperts) weights;
            router.route(mixture.router(), tokens, observed);
            experts.forward(mixture.experts(), mixture.biases(), first, tokens);
            if (shared != null) {
                shared.forward(mixture.shared(), first, tokens);
            }
        }
    }
}
