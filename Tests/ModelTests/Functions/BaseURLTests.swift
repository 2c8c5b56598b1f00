import Foundation
import Model
import Testing

/// What is the URL of an Invoke API, and what has no business there.
@Suite("Base URL")
struct BaseURLTests {
    @Test(
        "Scheme, host and port are read, and written in one form",
        arguments: [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("HTTP://127.0.0.1:80/", "http://127.0.0.1"),
            ("http://[::1]:9000", "http://[::1]:9000"), ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
            ("https://lambda.eu-central-1.amazonaws.com", "https://lambda.eu-central-1.amazonaws.com"),
            ("https://Fn.example.net.:443", "https://fn.example.net"),
            ("http://localhost:443", "http://localhost:443"),
        ]
    )
    func good(text: String, written: String) throws {
        let url = try #require(BaseURL(text))
        #expect(url.description == written)
        #expect(BaseURL(written) == url)
        let coded = try JSONEncoder().encode([url])
        #expect(try JSONDecoder().decode([BaseURL].self, from: coded) == [url])
    }

    @Test("Ports are the scheme's own where none is named")
    func ports() {
        #expect(BaseURL("http://a")?.port == 80)
        #expect(BaseURL("https://a")?.port == 443)
        #expect(BaseURL("http://127.0.0.1")?.host == .address(.loopback))
        #expect(BaseURL("http://a.B")?.host == .name("a.b"))
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "http://", "https:///", "127.0.0.1:8080", "ftp://a", "http:/a", "http://a/b", "http://a?b",
            "http://a#b",
            "http://user@a", "http://a:", "http://a:0", "http://a:65536", "http://a:+1", "http://a:1x",
            "http://a b",
            "http://a..b", "http://-a", "http://0.0.0.0", "http://[::]", "http://[::1", "http://::1",
            "http://[a]:1",
            "http://1.2.3", "http://1.2.3.4.5", "http://256.1.1.1", "http://a\r\nX: y", "http://ä.example",
            "http://[1.2.3.4]",
        ]
    )
    func bad(text: String) {
        #expect(BaseURL(text) == nil)
    }
}
