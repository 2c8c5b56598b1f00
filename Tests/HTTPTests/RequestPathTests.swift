import HTTP
import Testing

/// Paths as rules see them, and as the target gets them.
@Suite("Paths in their normal form")
struct RequestPathTests {
    private func read(_ path: String) -> (RequestPath.Reading, String) {
        let out = ByteBuffer(capacity: 1)
        let reading = Array(path.utf8).withUnsafeBytes { RequestPath.read($0, into: out) }
        return (reading, out.text)
    }

    @Test(
        "What is in its normal form stays as it came",
        arguments: ["/", "/a", "/a/", "/a/b.c", "/a.b/c..", "/;a=b", "/a;b/c", "/<>^`{|}", "*"]
    )
    func asItCame(path: String) {
        #expect(self.read(path).0 == .asItCame)
    }

    @Test(
        "Texts that servers take for one path become one",
        arguments: [
            ("/%61dmin", "/admin"), ("/%41%7E%2d%5f", "/A~-_"), ("/x/../admin", "/admin"),
            ("/x/%2e%2E/admin", "/admin"), ("/./admin", "/admin"), ("//admin", "/admin"), ("///", "/"),
            ("/admin/.", "/admin/"), ("/admin/..", "/"), ("/admin/x/..", "/admin/"), ("/..", "/"),
            ("/../../a", "/a"), ("/a//..//b", "/b"), ("/a/b/../../c", "/c"), ("/%40%3a%2B%26", "/@:+&"),
            ("/%c3%a9", "/%C3%A9"), ("/%20", "/%20"), ("/%25", "/%25"), ("/%252e", "/%252e"),
            ("/a%3Bb", "/a%3Bb"), ("/%3d", "/%3D"), ("/\"", "/%22"), ("/%22", "/%22"), ("/...", "/..."),
            ("/..a/.b", "/..a/.b"), ("/a/%2e", "/a/"), ("/%2e", "/"), ("/%23%3F", "/%23%3F"),
        ]
    )
    func rewritten(path: String, normal: String) {
        #expect(self.read(path) == (.rewritten, normal))
        // The normal form of a normal form is itself.
        let (again, text) = self.read(normal)
        #expect(again == .asItCame || text == normal)
    }

    @Test(
        "What servers read in several ways is refused",
        arguments: [
            "/a%2Fb", "/a%2fb", "/..%2f", "/a%5Cb", "/a\\b", "/%00", "/%0d%0a", "/%1F", "/%7f", "/%", "/%4",
            "/%zz", "/a/%%32%65", "/..;/admin", "/.;x/admin", "/a/..;x", "/..%3b/admin", "/%2e%2e;/a",
        ]
    )
    func ambiguous(path: String) {
        #expect(self.read(path).0 == .ambiguous)
    }

    /// Many segments that are taken back again, which a careless search for the last slash pays for twice.
    @Test("Sixteen thousand bytes of dot segments are one pass")
    func long() {
        let path = String(repeating: "/a", count: 2_700) + String(repeating: "/..", count: 3_600)
        #expect(self.read(path) == (.rewritten, "/"))
    }
}
