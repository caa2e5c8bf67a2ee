package moira.routing.analysis;

/** What a router that draws k distinct experts of E at random, anew for every token, gives on average. Exact. */
final class Chance {
    private Chance() {}

    /** An expert's share of the assignments, and that two first choices are equal: 1/E. */
    static double first(int experts) {
        return 1.0 / experts;
    }

    /** That an expert is among a token's k; also the expected share of experts that two tokens have in common: k/E. */
    static double chosen(int experts, int k) {
        return (double) k / experts;
    }

    /** That two tokens have an expert in common: 1 - C(E-k, k) / C(E, k); 13/28 for 2 of 8 (Mixtral of Experts, table 5). */
    static double any(int experts, int k) {
        double none = 1;
        for (int i = 0; i < k; i++) {
            none *= (double) Math.max(experts - k - i, 0) / (experts - i);
        }
        return 1 - none;
    }

    /** That another expert is chosen with one that is: (k-1)/(E-1). */
    static double together(int experts, int k) {
        return experts == 1 ? 0 : (k - 1.0) / (experts - 1);
    }

    /** Experts that no one of some tokens chooses: E (1 - k/E)^tokens. */
    static double dead(int experts, int k, double tokens) {
        return experts * Math.pow(1 - chosen(experts, k), tokens);
    }
}
