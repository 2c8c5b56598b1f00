import Model
import Testing

/// How changes of trust stores are told to a gate.
@Suite("Trust store changes")
struct TrustStoreChangeTests {
    @Test("Files of another machine are named with it, and nothing else is different")
    func sent() {
        let file = FileContents(path: "/etc/a.pem", text: "x")
        let named = FileContents(path: "laptop:/etc/a.pem", text: "x")
        let edits: [(TrustStoreChange.Edit, TrustStoreChange.Edit)] = [
            (.addRevocations(files: [file, file]), .addRevocations(files: [named, named])),
            (.replaceBundle(file), .replaceBundle(named)),
            (.addAuthorities(file), .addAuthorities(named)),
            (.removeRevocations(ids: [1]), .removeRevocations(ids: [1])),
            (.removeAuthority(fingerprint: "ab"), .removeAuthority(fingerprint: "ab")),
            (.restoreRevision(3), .restoreRevision(3)),
        ]
        for (edit, expected) in edits {
            let change = TrustStoreChange(trustStore: "clients", edit: edit)
            #expect(
                change.sent(from: "laptop") == TrustStoreChange(trustStore: "clients", edit: expected)
            )
        }
    }
}
