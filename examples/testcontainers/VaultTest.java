// org.testcontainers:vault and org.testcontainers:junit-jupiter
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.vault.VaultContainer;

@Testcontainers
class VaultTest {
    @Container
    static final VaultContainer<?> VAULT = new VaultContainer<>(
            DockerImageName.parse("vault-mock:latest").asCompatibleSubstituteFor("hashicorp/vault"))
        .withVaultToken("myroot")
        .withInitCommand("kv put secret/app password=s3cret");

    @Test
    void secret() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(VAULT.getHttpHostAddress() + "/v1/secret/data/app"))
            .header("X-Vault-Token", "myroot")
            .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode());
    }
}
