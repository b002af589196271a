package io.weir.controlplane.identity.token;

import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.state.StateUnusable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The key pair that signs tokens; not the authority's, so that neither can stand in for the other. */
final class TokenKey {

    static final String FILE = "token-key";

    /** r and s, 32 bytes each. */
    static final int SIGNATURE_BYTES = 64;

    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

    private final PrivateKey secret;
    private final PublicKey open;
    private final String id;

    private TokenKey(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
        this.secret = secret;
        this.open = open;
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(open.getEncoded());
        this.id = HexFormat.of().formatHex(Arrays.copyOf(hash, 8));
    }

    /** The folder's key, made if there is none: the control plane and the supervisor may start at once. */
    static TokenKey of(StateFolder folder) throws IOException {
        String text = folder.readOrCreate(FILE, TokenKey::fresh);
        try {
            String[] lines = text.split("\n", -1);
            KeyFactory keys = KeyFactory.getInstance("EC");
            TokenKey key = new TokenKey(
                    keys.generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines[0]))),
                    keys.generatePublic(
                            new X509EncodedKeySpec(Base64.getDecoder().decode(lines[1]))));
            if (!key.signed(FILE, key.sign(FILE))) {
                throw new GeneralSecurityException("its halves differ");
            }
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new StateUnusable(
                    folder.file(FILE) + " is damaged (" + e.getClass().getSimpleName() + ")",
                    "remove it and start Weir again: it makes a new key and new tokens");
        }
    }

    /** PKCS#8 and SubjectPublicKeyInfo, in base64, a line each. */
    private static String fresh() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            Base64.Encoder encoder = Base64.getEncoder();
            return encoder.encodeToString(pair.getPrivate().getEncoded()) + "\n"
                    + encoder.encodeToString(pair.getPublic().getEncoded()) + "\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no ECDSA P-256", e);
        }
    }

    /** The only JOSE header that a token of this key has, encoded. */
    String header() {
        String json = "{\"alg\":\"ES256\",\"kid\":\"" + id + "\",\"typ\":\"JWT\"}";
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.US_ASCII));
    }

    byte[] sign(String text) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(secret);
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        return signature.sign();
    }

    boolean signed(String text, byte[] signed) {
        if (signed.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(open);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            // The JDK says so of numbers out of range: whatever signed this, it was not this key.
            return false;
        }
    }

    @Override
    public String toString() {
        return "TokenKey[" + id + "]";
    }
}
