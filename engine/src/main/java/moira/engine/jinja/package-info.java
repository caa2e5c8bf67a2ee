/**
 * Jinja, as far as chat templates need it: what Python's jinja2 makes of a template in the sandbox of the transformers library
 * (blocks trimmed and stripped to the left, loop controls, {@code tojson}, {@code raise_exception}, {@code strftime_now}), written so
 * that every character of the result knows whether the template wrote it or somebody said it. A template is a program that came with
 * a download: it reaches nothing but its variables, and its steps, its depth and what it makes are bounded.
 *
 * <p>A source becomes {@link moira.engine.jinja.Token}s, these become closures ({@link moira.engine.jinja.Expression},
 * {@link moira.engine.jinja.Statement}), and a {@link moira.engine.jinja.Run} goes through them. Values are {@code null} (None),
 * {@link moira.engine.jinja.Undefined}, {@code Boolean}, {@code Long}, {@code Double}, {@link moira.engine.jinja.Text}, lists, maps,
 * {@link moira.engine.jinja.Namespace} and {@link moira.engine.jinja.Callable}.
 */
package moira.engine.jinja;
