package moira.engine.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A named array of numbers in a file, read where it lies.
 *
 * @param name as the file has it
 * @param format how its values are stored
 * @param shape outermost dimension first, as PyTorch prints it: a matrix is {@code [rows, columns]}, merged experts are
 *     {@code [experts, rows, columns]}; rows lie one after the other
 * @param data exactly the tensor's bytes, usually of a mapped file
 */
public record Tensor(String name, TensorFormat format, List<Long> shape, MemorySegment data) {}
