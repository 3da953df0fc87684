import java.io.FileReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.tsp.TimeStampToken;

/**
 * What Bouncy Castle says of detached CAdES signatures and RFC 3161 tokens, and of their certificates under an authority:
 * {@code java -cp … CheckSignatures.java [cades|timestamp FILE DATA CA.pem]…} answers a line each, `valid` or why not.
 */
public class CheckSignatures {
    public static void main(String[] args) {
        for (int i = 0; i + 3 < args.length; i += 4) {
            try {
                check(args[i], Path.of(args[i + 1]), Path.of(args[i + 2]), args[i + 3]);
                System.out.println("valid");
            } catch (Exception e) {
                System.out.println(("invalid: " + e.getMessage()).replace('\n', ' '));
            }
        }
    }

    private static void check(String kind, Path file, Path dataFile, String caFile) throws Exception {
        byte[] signed = Files.readAllBytes(file);
        byte[] data = Files.readAllBytes(dataFile);
        try (PEMParser parser = new PEMParser(new FileReader(caFile))) {
            X509CertificateHolder authority = (X509CertificateHolder) parser.readObject();
            if (kind.equals("cades")) checkCades(signed, data, authority);
            else checkTimestamp(signed, data, authority);
        }
    }

    private static void checkCades(byte[] signed, byte[] data, X509CertificateHolder authority) throws Exception {
        CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(data), signed);
        demand(Arrays.equals(cms.getEncoded(ASN1Encoding.DER), signed), "the signature is in DER");
        demand(cms.getSignerInfos().size() == 1, "one signer");
        SignerInformation signer = cms.getSignerInfos().iterator().next();
        X509CertificateHolder certificate =
            (X509CertificateHolder) cms.getCertificates().getMatches(signer.getSID()).iterator().next();
        demand(signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(certificate)), "the signature fits");
        AttributeTable attributes = signer.getSignedAttributes();
        demand(attributes.get(PKCSObjectIdentifiers.pkcs_9_at_signingTime) != null, "there is a signing time");
        Attribute reference = attributes.get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
        demand(reference != null, "the certificate is referred to");
        byte[] named = SigningCertificateV2.getInstance(reference.getAttributeValues()[0]).getCerts()[0].getCertHash();
        byte[] actual = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        demand(Arrays.equals(named, actual), "the reference is to the certificate");
        checkIssued(certificate, authority);
    }

    private static void checkTimestamp(byte[] signed, byte[] data, X509CertificateHolder authority) throws Exception {
        TimeStampToken token = new TimeStampToken(new CMSSignedData(signed));
        byte[] imprint = token.getTimeStampInfo().getMessageImprintDigest();
        demand(Arrays.equals(imprint, MessageDigest.getInstance("SHA-256").digest(data)), "the stamp is of the data");
        X509CertificateHolder certificate =
            (X509CertificateHolder) token.getCertificates().getMatches(token.getSID()).iterator().next();
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(certificate));
        checkIssued(certificate, authority);
    }

    private static void checkIssued(X509CertificateHolder certificate, X509CertificateHolder authority)
        throws Exception {
        demand(
            certificate.isSignatureValid(new JcaContentVerifierProviderBuilder().build(authority)),
            "the authority signed the certificate");
    }

    private static void demand(boolean holds, String what) {
        if (!holds) throw new IllegalStateException("not so: " + what);
    }
}
