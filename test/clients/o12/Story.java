// O12: Spring Vault's operations, logins and session handling against one server.
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.vault.VaultException;
import org.springframework.vault.authentication.*;
import org.springframework.vault.client.VaultClients;
import org.springframework.vault.client.VaultEndpoint;
import org.springframework.vault.core.*;
import org.springframework.vault.core.VaultKeyValueOperationsSupport.KeyValueBackend;
import org.springframework.vault.support.*;
import org.springframework.web.client.RestOperations;

public class Story {
  static final SimpleClientHttpRequestFactory HTTP = new SimpleClientHttpRequestFactory();
  static VaultEndpoint endpoint;
  static VaultTemplate root;
  static int passed;
  static int failed;

  public record Person(String name, int age) {}

  public static void main(String[] args) throws Exception {
    var url = Pattern.compile("\"url\":\"(http[^\"]+)\"").matcher(System.getenv("VAULT_MOCK_SERVERS"));
    if (!url.find()) throw new IllegalStateException("no server");
    endpoint = VaultEndpoint.from(new URI(url.group(1)));
    root = templateOf(VaultToken.of("root"));
    system();
    versioned();
    keyValue();
    tokens();
    logins();
    System.out.println("# " + passed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }

  static void system() {
    VaultSysOperations sys = root.opsForSys();
    check("health", "true false false", () -> {
      var health = sys.health();
      return health.isInitialized() + " " + health.isSealed() + " " + health.isStandby();
    });
    check("seal status", "false 1", () -> sys.getUnsealStatus().isSealed() + " " + sys.getUnsealStatus().getSecretThreshold());
    check("is initialised", true, sys::isInitialized);
    check("mount", true, () -> {
      sys.mount("one", VaultMount.builder().type("kv").config(Map.of("default_lease_ttl", "1h")).build());
      return sys.getMounts().containsKey("one/");
    });
    check("auth mounts", true, () -> {
      sys.authMount("approle", VaultMount.create("approle"));
      sys.authMount("userpass", VaultMount.create("userpass"));
      return sys.getAuthMounts().keySet().containsAll(List.of("approle/", "userpass/"));
    });
    var rule = Policy.Rule.builder().path("secret/*").capabilities(Policy.BuiltinCapabilities.READ).build();
    check("policy", Policy.of(rule), () -> {
      sys.createOrUpdatePolicy("spring", Policy.of(rule));
      return sys.getPolicy("spring");
    });
    check("policy names", true, () -> sys.getPolicyNames().contains("spring"));
  }

  static void versioned() {
    var secrets = root.opsForVersionedKeyValue("secret");
    var first = Versioned.Version.from(1);
    check("put", 1, () -> secrets.put("spring/a", Map.of("k", "v")).getVersion().getVersion());
    check("get", "{k=v}", () -> secrets.get("spring/a").getRequiredData());
    check("created at", true, () -> secrets.get("spring/a").getRequiredMetadata().getCreatedAt().isAfter(Instant.EPOCH));
    check("check and set refuses", true, () -> refusal(() ->
      secrets.put("spring/a", Versioned.create(Map.of("k", "w"), Versioned.Version.from(7))))
      .contains("check-and-set parameter did not match the current version"));
    check("check and set", 2, () ->
      secrets.put("spring/a", Versioned.create(Map.of("k", "w"), first)).getVersion().getVersion());
    check("delete and undelete", "null {k=v}", () -> {
      secrets.delete("spring/a", first);
      var deleted = secrets.get("spring/a", first);
      var gone = deleted == null ? null : deleted.getData();
      secrets.undelete("spring/a", first);
      return gone + " " + secrets.get("spring/a", first).getData();
    });
    check("destroy", true, () -> {
      secrets.destroy("spring/a", first);
      return secrets.get("spring/a", first).getMetadata().isDestroyed();
    });
    check("list", "[a]", () -> secrets.list("spring"));
    check("metadata", "2 5", () -> {
      var metadata = root.opsForVersionedKeyValue("secret").opsForKeyValueMetadata();
      metadata.put("spring/a", VaultMetadataRequest.builder().maxVersions(5).build());
      var found = metadata.get("spring/a");
      return found.getCurrentVersion() + " " + found.getMaxVersions();
    });
    check("nothing", null, () -> secrets.get("spring/none"));
  }

  static void keyValue() {
    var second = root.opsForKeyValue("secret", KeyValueBackend.KV_2);
    check("patch", "{age=43, name=Ann}", () -> {
      second.put("spring/p", new Person("Ann", 42));
      second.patch("spring/p", Map.of("age", 43));
      return new TreeMap<>(second.get("spring/p").getRequiredData());
    });
    check("typed", new Person("Ann", 43), () -> second.get("spring/p", Person.class).getRequiredData());
    var first = root.opsForKeyValue("one", KeyValueBackend.KV_1);
    check("KV v1", "{x=1} 3600 [a]", () -> {
      first.put("a", Map.of("x", 1));
      var found = first.get("a");
      return found.getData() + " " + found.getLeaseDuration() + " " + first.list("");
    });
    check("unmount", false, () -> {
      root.opsForSys().unmount("one");
      return root.opsForSys().getMounts().containsKey("one/");
    });
  }

  static void tokens() {
    check("wrap, look up, rewrap, read", "{s=t}", () -> {
      var wrapping = root.opsForWrapping();
      var wrapped = wrapping.wrap(Map.of("s", "t"), Duration.ofMinutes(1));
      wrapping.lookup(wrapped.getToken());
      return wrapping.read(wrapping.rewrap(wrapped.getToken()).getToken()).getData();
    });
    check("create, renew, revoke", "[default, spring] true", () -> {
      var token = tokenFor("spring");
      var renewed = root.opsForToken().renew(token).getAuth();
      root.opsForToken().revoke(token);
      return new TreeSet<>((List<?>) renewed.get("policies")) + " " + renewed.get("renewable");
    });
    check("denied", true, () -> refusal(() -> templateOf(tokenFor("default")).read("secret/data/spring/a")).contains("403"));
  }

  static void logins() {
    root.write("auth/approle/role/r", Map.of("token_policies", "spring", "token_ttl", "10m"));
    var roleId = String.valueOf(root.read("auth/approle/role/r/role-id").getRequiredData().get("role_id"));
    check("AppRole, ids pulled", "[w]", () -> {
      var options = AppRoleAuthenticationOptions.builder().appRole("r")
        .roleId(AppRoleAuthenticationOptions.RoleId.pull(VaultToken.of("root")))
        .secretId(AppRoleAuthenticationOptions.SecretId.pull(VaultToken.of("root"))).build();
      var own = new VaultTemplate(endpoint, HTTP, new SimpleSessionManager(new AppRoleAuthentication(options, rest())));
      return own.opsForVersionedKeyValue("secret").get("spring/a").getRequiredData().values();
    });
    check("AppRole, secret id wrapped", true, () -> {
      var wrapped = VaultToken.of(wrapped("auth/approle/role/r/secret-id", Map.of()));
      var options = AppRoleAuthenticationOptions.builder()
        .roleId(AppRoleAuthenticationOptions.RoleId.provided(roleId))
        .secretId(AppRoleAuthenticationOptions.SecretId.wrapped(wrapped)).build();
      return isToken(new AppRoleAuthentication(options, rest()).login());
    });
    check("cubbyhole", true, () -> {
      var wrapped = VaultToken.of(wrapped("auth/token/create", Map.of("policies", List.of("spring"))));
      var options = CubbyholeAuthenticationOptions.builder().unwrappingEndpoints(UnwrappingEndpoints.SysWrapping)
        .initialToken(wrapped).wrapped().build();
      return isToken(new CubbyholeAuthentication(options, rest()).login());
    });
    check("userpass", true, () -> {
      root.write("auth/userpass/users/joe", Map.of("password", "pw", "token_policies", "spring"));
      var options = UsernamePasswordAuthenticationOptions.builder().username("joe").password("pw").build();
      return isToken(new UsernamePasswordAuthentication(options, rest()).login());
    });
  }

  static VaultTemplate templateOf(VaultToken token) {
    return new VaultTemplate(endpoint, HTTP, new SimpleSessionManager(new TokenAuthentication(token)));
  }

  static RestOperations rest() {
    return VaultClients.createRestTemplate(endpoint, HTTP);
  }

  static VaultToken tokenFor(String policy) {
    var request = VaultTokenRequest.builder().policies(List.of(policy)).ttl(Duration.ofMinutes(5)).renewable().build();
    return root.opsForToken().create(request).getToken();
  }

  static String wrapped(String path, Map<String, ?> body) {
    return root.doWithSession(session -> {
      var headers = new HttpHeaders();
      headers.add("X-Vault-Wrap-TTL", "60");
      var entity = new HttpEntity<>(body, headers);
      return session.exchange(path, HttpMethod.POST, entity, VaultResponse.class).getBody().getWrapInfo().get("token");
    });
  }

  static boolean isToken(VaultToken token) {
    return token.getToken().length() > 20;
  }

  static String refusal(Callable<?> act) throws Exception {
    try {
      return "no refusal: " + act.call();
    } catch (VaultException error) {
      return error.getMessage();
    }
  }

  static void check(String what, Object wanted, Callable<?> act) {
    String got;
    try {
      got = String.valueOf(act.call());
    } catch (Exception error) {
      got = error.toString().replace('\n', ' ');
    }
    boolean good = Objects.equals(got, String.valueOf(wanted));
    if (good) passed++;
    else failed++;
    System.out.println((good ? "ok " : "not ok ") + what + (good ? "" : ": " + got + ", not " + wanted));
  }
}
