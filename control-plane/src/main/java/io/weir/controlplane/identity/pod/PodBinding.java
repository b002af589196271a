package io.weir.controlplane.identity.pod;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.Extension;
import org.jspecify.annotations.Nullable;

/**
 * The pod that a certificate is of, as the extension {@code PodIdentity} of KEP-4317 puts it: a sequence of texts, each
 * with the tag of its place. Not critical: who does not know it reads a SPIFFE certificate like any other.
 *
 * @param node where the pod runs
 */
public record PodBinding(
        String namespace,
        String serviceAccount,
        String serviceAccountUid,
        String pod,
        String podUid,
        String node,
        String nodeUid) {

    /** In the arc that IANA gave Kubernetes, where the extension of this meaning is. */
    public static final String OID = "1.3.6.1.4.1.57683.1";

    private static final int FIELDS = 8;

    public Identity identity() {
        return new Identity(namespace, serviceAccount);
    }

    public WorkloadKey workload() {
        return new WorkloadKey(namespace, pod);
    }

    public Extension extension() {
        // A request for a pod certificate does not say the namespace's uid.
        List<String> fields = List.of(namespace, "", serviceAccount, serviceAccountUid, pod, podUid, node, nodeUid);
        ASN1Encodable[] tagged = new ASN1Encodable[FIELDS];
        for (int i = 0; i < FIELDS; i++) {
            tagged[i] = new DERTaggedObject(false, i, new DERUTF8String(fields.get(i)));
        }
        try {
            return new Extension(new ASN1ObjectIdentifier(OID), false, new DERSequence(tagged).getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException("texts can't be encoded", e);
        }
    }

    /**
     * Null if the certificate names no pod.
     *
     * @throws CertificateParsingException if it has the extension, but not in this form
     */
    public static @Nullable PodBinding of(X509Certificate certificate) throws CertificateParsingException {
        byte[] value = certificate.getExtensionValue(OID);
        if (value == null) {
            return null;
        }
        try {
            byte[] content = ASN1OctetString.getInstance(value).getOctets();
            if (!(ASN1Primitive.fromByteArray(content) instanceof ASN1Sequence sequence) || sequence.size() != FIELDS) {
                throw new CertificateParsingException(OID + " is no sequence of " + FIELDS + " texts");
            }
            String[] fields = new String[FIELDS];
            for (int i = 0; i < FIELDS; i++) {
                ASN1TaggedObject tagged = ASN1TaggedObject.getInstance(sequence.getObjectAt(i));
                if (!tagged.hasContextTag(i)) {
                    throw new CertificateParsingException(OID + " has another field in place of field " + i);
                }
                fields[i] = ASN1UTF8String.getInstance(tagged, false).getString();
            }
            if (Stream.of(fields[0], fields[2], fields[4], fields[5]).anyMatch(String::isEmpty)) {
                throw new CertificateParsingException(OID + " names no pod");
            }
            return new PodBinding(fields[0], fields[2], fields[3], fields[4], fields[5], fields[6], fields[7]);
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new CertificateParsingException(OID + " can't be read", e);
        }
    }
}
