/**
 * Conversations as the ids that an instruct model was trained on: Mistral's chat prompts v1, v2 and v3. A prompt is built from ids
 * and not from text, so that no user can write a control piece.
 */
package moira.engine.chat;
