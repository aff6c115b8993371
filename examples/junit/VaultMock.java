import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Vault for tests, without containers: needs Node and {@code npm i -g vault-mock}, or VAULT_MOCK with its path. In JUnit:
 *
 * <pre>
 * static VaultMock vault;
 * &#64;BeforeAll static void start() throws Exception { vault = VaultMock.start(); }
 * &#64;AfterAll static void stop() { vault.close(); }
 * </pre>
 */
public final class VaultMock implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("\"url\":\"([^\"]+)\".*\"rootToken\":\"([^\"]+)\"");

    private final Process process;
    /** of the first node */
    public final String url;
    public final String rootToken;

    private VaultMock(Process process, String url, String rootToken) {
        this.process = process;
        this.url = url;
        this.rootToken = rootToken;
    }

    /** Runs a server on a free port until it is closed. */
    public static VaultMock start() throws IOException {
        String command = System.getenv().getOrDefault("VAULT_MOCK", "vault-mock");
        Process process = new ProcessBuilder(command, "--listen", "127.0.0.1:0", "--no-nomad", "--log-level", "warn")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream()));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.find()) return new VaultMock(process, ready.group(1), ready.group(2));
        }
        throw new IOException("vault-mock did not start");
    }

    @Override
    public void close() {
        process.destroy();
    }
}
