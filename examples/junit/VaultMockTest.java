import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class VaultMockTest {
    @Test
    void secret() throws Exception {
        try (VaultMock vault = VaultMock.start()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(vault.url + "/v1/auth/token/lookup-self"))
                .header("X-Vault-Token", vault.rootToken)
                .build();
            HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode());
        }
    }
}
