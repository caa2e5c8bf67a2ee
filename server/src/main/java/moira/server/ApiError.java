package moira.server;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request that is refused, in OpenAI's shape: a status, what is wrong, and with which parameter. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_CHARACTERS = 500;

    private final int status;
    private final String parameter;
    private final String code;

    /** @param parameter that is wrong; null for none */
    ApiError(int status, String code, String parameter, String message) {
        super(message.length() > MOST_CHARACTERS ? message.substring(0, MOST_CHARACTERS) + "..." : message);
        this.status = status;
        this.code = code;
        this.parameter = parameter;
    }

    /** A parameter that is not what it should be. */
    static ApiError wrong(String parameter, String expected, Object found) {
        return new ApiError(400, "invalid_value", parameter, parameter + ": expected " + expected + ", found " + found);
    }

    int status() {
        return status;
    }

    Map<String, Object> body() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", getMessage());
        error.put("type", status < 500 ? "invalid_request_error" : "server_error");
        error.put("param", parameter);
        error.put("code", code);
        return Map.of("error", error);
    }
}
