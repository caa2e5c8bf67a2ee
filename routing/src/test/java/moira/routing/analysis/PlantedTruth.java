package moira.routing.analysis;

import java.util.EnumMap;
import java.util.Map;
import moira.routing.information.Quantity;

/**
 * What {@link PlantedRouting} comes to, from its distributions alone: the information of the population, and where tokens are permuted
 * within a document, less that of a pair permuted within one. Joint distributions are {@code [experts][partners]}.
 */
final class PlantedTruth {
    private static final int E = PlantedRouting.EXPERTS;
    private static final int D = PlantedRouting.DOMAINS;
    private static final int V = PlantedRouting.TYPES;
    private static final int N = PlantedRouting.TOKENS;

    private final PlantedRouting routing;
    private final boolean either;

    private PlantedTruth(PlantedRouting routing, boolean either) {
        this.routing = routing;
        this.either = either;
    }

    static Map<Quantity, Double> of(PlantedRouting routing, boolean either) {
        return new PlantedTruth(routing, either).all();
    }

    private Map<Quantity, Double> all() {
        double[][] domain = new double[E][D];
        double[][][] token = new double[D][E][V];
        double[][][] tokenNull = new double[D][E][V];
        double[][] previousToken = new double[E][V];
        double[][] previousTokenNull = new double[E][V];
        double[][] previous = new double[E][E];
        double[][] previousNull = new double[E][E];
        for (int d = 0; d < D; d++) {
            for (int e = 0; e < E; e++) {
                Chain chain = new Chain(routing, d, e);
                double weight = 1.0 / (D * E);
                for (int x = 0; x < E; x++) {
                    domain[x][d] += weight * chain.stationary[x];
                }
                add(token[d], chain.tokens(0), weight);
                add(tokenNull[d], permuted(chain::tokens, N, N), weight);
                add(previousToken, chain.tokens(1), weight);
                add(previousTokenNull, permuted(chain::tokens, N, N - 1), weight);
                add(previous, chain.choices(1), weight);
                add(previousNull, apart(chain::choices), weight);
            }
        }
        Map<Quantity, Double> truth = new EnumMap<>(Quantity.class);
        truth.put(Quantity.ENTROPY, entropy(domain));
        truth.put(Quantity.DOMAIN, information(domain));
        truth.put(Quantity.TOKEN, information(sum(token)) - information(sum(tokenNull)));
        double given = 0;
        for (int d = 0; d < D; d++) {
            given += information(token[d]) - information(tokenNull[d]);
        }
        truth.put(Quantity.TOKEN_GIVEN_DOMAIN, given);
        truth.put(Quantity.DOMAIN_GIVEN_TOKEN, domainGivenToken(token));
        truth.put(Quantity.PREVIOUS_TOKEN, information(previousToken) - information(previousTokenNull));
        truth.put(Quantity.PREVIOUS_CHOICE, information(previous) - information(previousNull));
        truth.put(Quantity.POSITION, 0.0);
        truth.put(Quantity.CLASS, information(classes(sum(token))) - information(classes(sum(tokenNull))));
        return truth;
    }

    /** The chain of the first choices in a document. */
    private static final class Chain {
        final double[] stationary = new double[E];
        private final double[] base;
        private final double[] vocabulary;
        private final double neighbour;
        private final double[][] own = new double[V][];

        Chain(PlantedRouting routing, int domain, int documentExpert) {
            vocabulary = routing.vocabulary(domain);
            neighbour = routing.neighbour();
            base = routing.base(domain, documentExpert, routing.typeExperts(domain));
            for (int x = 0; x < E; x++) {
                stationary[x] = base[x] / (1 - neighbour);
            }
            for (int t = 0; t < V; t++) {
                double[] one = new double[E];
                one[PlantedRouting.expertOfType(t)] = 1;
                own[t] = routing.base(domain, documentExpert, one);
            }
        }

        /** Of a choice and the token so many places before it. */
        double[][] tokens(int lag) {
            double[][] joint = new double[E][V];
            for (int t = 0; t < V; t++) {
                for (int x = 0; x < E; x++) {
                    double chosen = lag < 0 ? stationary[x] : own[t][x] + neighbour * stationary[x];
                    for (int step = 0; step < lag; step++) {
                        chosen = base[x] + neighbour * chosen;
                    }
                    joint[x][t] = vocabulary[t] * chosen;
                }
            }
            return joint;
        }

        /** Of a choice and the one so many places before it. */
        double[][] choices(int lag) {
            double[][] joint = new double[E][E];
            for (int y = 0; y < E; y++) {
                for (int x = 0; x < E; x++) {
                    int from = lag < 0 ? x : y;
                    int to = lag < 0 ? y : x;
                    double chosen = x == y ? 1 : 0;
                    for (int step = 0; step < Math.abs(lag); step++) {
                        chosen = base[to] + neighbour * chosen;
                    }
                    joint[x][y] = stationary[from] * chosen;
                }
            }
            return joint;
        }
    }

    @FunctionalInterface
    private interface Lagged {
        double[][] at(int lag);
    }

    /** Any of some choices with any of some partners, both from the first of the document on. */
    private static double[][] permuted(Lagged joint, int choices, int partners) {
        double[][] sum = new double[E][joint.at(0)[0].length];
        for (int lag = 1 - partners; lag < choices; lag++) {
            int pairs = Math.min(choices, partners + lag) - Math.max(0, lag);
            add(sum, joint.at(lag), pairs / ((double) choices * partners));
        }
        return sum;
    }

    /** Any two choices of a document. */
    private static double[][] apart(Lagged joint) {
        double[][] sum = new double[E][E];
        for (int lag = 1 - N; lag < N; lag++) {
            if (lag != 0) {
                add(sum, joint.at(lag), (N - Math.abs(lag)) / (double) (N * (N - 1)));
            }
        }
        return sum;
    }

    private static void add(double[][] sum, double[][] joint, double weight) {
        for (int x = 0; x < joint.length; x++) {
            for (int y = 0; y < joint[x].length; y++) {
                sum[x][y] += weight * joint[x][y];
            }
        }
    }

    private static double[][] sum(double[][][] parts) {
        double[][] sum = new double[E][parts[0][0].length];
        for (double[][] part : parts) {
            add(sum, part, 1);
        }
        return sum;
    }

    private static double[][] classes(double[][] tokens) {
        double[][] joint = new double[E][PlantedRouting.CLASSES];
        for (int x = 0; x < E; x++) {
            for (int t = 0; t < V; t++) {
                joint[x][PlantedRouting.classOfType(t)] += tokens[x][t];
            }
        }
        return joint;
    }

    private double domainGivenToken(double[][][] token) {
        double bits = 0;
        for (int t = 0; t < V; t++) {
            double[][] joint = new double[E][D];
            for (int x = 0; x < E; x++) {
                for (int d = 0; d < D; d++) {
                    joint[x][d] = token[d][x][t];
                }
            }
            bits += information(joint);
        }
        return bits;
    }

    /** Half of the choices are the second, any other expert than the first. */
    private double[][] chosen(double[][] joint) {
        double[][] chosen = new double[E][joint[0].length];
        for (int x = 0; x < E; x++) {
            for (int y = 0; y < joint[x].length; y++) {
                double partner = 0;
                for (int other = 0; other < E; other++) {
                    partner += joint[other][y];
                }
                chosen[x][y] = either ? (joint[x][y] + (partner - joint[x][y]) / (E - 1)) / 2 : joint[x][y];
            }
        }
        return chosen;
    }

    /** Of a joint distribution, or a part of one, whose weight it then has. */
    private double information(double[][] joint) {
        double[][] p = chosen(joint);
        double[] px = new double[E];
        double[] py = new double[p[0].length];
        double all = 0;
        for (int x = 0; x < E; x++) {
            for (int y = 0; y < py.length; y++) {
                px[x] += p[x][y];
                py[y] += p[x][y];
                all += p[x][y];
            }
        }
        double bits = 0;
        for (int x = 0; x < E; x++) {
            for (int y = 0; y < py.length; y++) {
                bits += p[x][y] > 0 ? p[x][y] * Math.log(p[x][y] * all / (px[x] * py[y])) / Math.log(2) : 0;
            }
        }
        return bits;
    }

    private double entropy(double[][] joint) {
        double bits = 0;
        for (double[] row : chosen(joint)) {
            double p = 0;
            for (double value : row) {
                p += value;
            }
            bits -= p * Math.log(p) / Math.log(2);
        }
        return bits;
    }
}
