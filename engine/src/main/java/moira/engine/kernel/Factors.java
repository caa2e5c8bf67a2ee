package moira.engine.kernel;

/**
 * What multiplies the codes of some columns of a group of rows, as floats; panels of 16 rows, one after the other. In a K format a
 * byte and the half of its super-block stand apart, as in {@link Packing}; elsewhere a block's half is its scale.
 */
public final class Factors {
    private float[] scales = new float[0];
    private float[] minimums = new float[0];
    private float[] superScales = new float[0];
    private float[] superMinimums = new float[0];
    private int panel;
    private int superPanel;

    /** Makes room for columns, whole super-blocks; what it held is lost. */
    public void reshape(Packing packing, int columns) {
        panel = columns / packing.scaleColumns() * Kernels.LANES;
        superPanel = columns / packing.superColumns() * Kernels.LANES;
        int panels = Packing.ROWS / Kernels.LANES;
        if (scales.length < panels * panel) {
            scales = new float[panels * panel];
            minimums = new float[panels * panel];
        }
        if (superScales.length < panels * superPanel) {
            superScales = new float[panels * superPanel];
            superMinimums = new float[panels * superPanel];
        }
    }

    /** {@code [4 panels][columns / scaleColumns][16 rows]}: s, or d where there is no s. */
    public float[] scales() {
        return scales;
    }

    /** {@code [4 panels][columns / 32][16 rows]}: t, where the packing has minimums. */
    public float[] minimums() {
        return minimums;
    }

    /** {@code [4 panels][columns / 256][16 rows]}: d of a K format. */
    public float[] superScales() {
        return superScales;
    }

    /** {@code [4 panels][columns / 256][16 rows]}: m, where the packing has minimums. */
    public float[] superMinimums() {
        return superMinimums;
    }

    /** Floats from a panel's scales, or minimums, to the next one's. */
    public int panel() {
        return panel;
    }

    /** The same for those of super-blocks. */
    public int superPanel() {
        return superPanel;
    }
}
