/** What is in the folder of a sample, and how to check each thing with tools of others. */
export function sampleReadme(): string {
  return `# Samples for sceptics

One of each thing that Getuige asks you to believe, made by a whole installation that no longer exists: a corps, its people and its recordings are invented. Check them with tools of your own choice. \`broken/\` has an altered specimen of each: whatever checks the good one must refuse that one.

| file | what it is |
| --- | --- |
| \`case.asice\` | an export package: ASiC-E with CAdES and a time stamp, BagIt inside |
| \`ca.pem\` | two certificates to trust: that of the corps, and that of a time-stamping authority made for this sample, whose word about time is worth nothing |
| \`log/\` | a custody log as static files: \`checkpoint\`, \`tile/LEVEL/INDEX\`, \`tile/entries/INDEX\` (c2sp.org/tlog-tiles) |
| \`vkeys\` | the key of the log, then that of the witness (c2sp.org/signed-note) |
| \`checkpoint.old\` | an older head of the same log, cosigned by the witness |
| \`entry\`, \`entry.tlog-proof\` | one entry of the log, and that it is in it (c2sp.org/tlog-proof) |
| \`object.header\`, \`object.payload\`, \`escrow.key\` | a sealed recording in its two parts, and the age identity that opens it |
| \`object.sha256\` | the digest of that recording as it was received |

In \`broken/\`, \`log/\` has one bit of a tile altered. \`log-rewritten/\` is worse: the operator took an entry out and signed what was left. Nothing in it is wrong, and only who kept \`checkpoint.old\`, or asks for the signature of the witness, finds out.

## With tools of others

\`\`\`sh
unzip -tq case.asice
mkdir case && unzip -q case.asice -d case
( cd case && sha256sum -c --quiet manifest-sha256.txt )
openssl cms -verify -cades -binary -inform DER -in case/META-INF/signature001.p7s -content case/META-INF/ASiCManifest001.xml -CAfile ca.pem -purpose any -out /dev/null
openssl ts -verify -data case/META-INF/ASiCManifest002.xml -in case/META-INF/timestamp002.tst -token_in -CAfile ca.pem
cat object.header object.payload | age -d -i escrow.key | sha256sum -c object.sha256
\`\`\`

## With ours

\`\`\`sh
npx getuige verify case.asice --ca ca.pem --tsa-ca ca.pem --key "$(sed -n 1p vkeys)" --witness "$(sed -n 2p vkeys)"
npx getuige log check log --key "$(sed -n 1p vkeys)" --witness "$(sed -n 2p vkeys)" --since checkpoint.old
\`\`\`

The formats are described in docs/formats, precisely enough for a second implementation.
`
}
