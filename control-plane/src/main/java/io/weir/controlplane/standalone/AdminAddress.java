package io.weir.controlplane.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the admin API of the control plane of a state folder listens, and the token it asks for: {@code admin.json}
 * there, for the owner's eyes only.
 *
 * @param address {@code 127.0.0.1:port}
 */
public record AdminAddress(String address, String token) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Reads the address of the control plane that ran last; it may have ended since.
     *
     * @throws IOException if there is none
     */
    public static AdminAddress read(Path state) throws IOException {
        return JSON.readValue(Files.readString(file(state), StandardCharsets.UTF_8), AdminAddress.class);
    }

    /** Replaces the file in one step. */
    public void write(Path state) throws IOException {
        OwnerOnly.write(file(state), JSON.writeValueAsString(this));
    }

    static Path file(Path state) {
        return state.resolve("admin.json");
    }

    @Override
    public String toString() {
        return "AdminAddress[" + address + "]";
    }
}
