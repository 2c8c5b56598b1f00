/// Where a console finds its settings and keeps its memory.
public struct ConsolePlaces: Hashable, Sendable {
    /// Directories of configuration, the more important last; they are only read.
    public let configuration: [String]
    /// What is remembered from one console to the next; nil without a home.
    public let state: String?
    /// Where a console that serves no gate leaves what would go to standard error; nil without a home.
    public let log: String?

    public init(environment: [String: String]) {
        func place(_ variable: String, _ fallback: String) -> String? {
            // A relative path is to be ignored (XDG Base Directory Specification).
            if let path = environment[variable], path.hasPrefix("/") { return "\(path)/sekisho" }
            return environment["HOME"].flatMap { $0.isEmpty ? nil : "\($0)/\(fallback)/sekisho" }
        }
        self.configuration = ["/etc/sekisho"] + (place("XDG_CONFIG_HOME", ".config").map { [$0] } ?? [])
        let state = place("XDG_STATE_HOME", ".local/state")
        self.state = state.map { "\($0)/console.json" }
        self.log = state.map { "\($0)/console.log" }
    }

    /// In the order in which they are read.
    public var settings: [String] { self.configuration.map { "\($0)/console.yaml" } }
    public var keys: [String] { self.configuration.map { "\($0)/keys.yaml" } }
    public var themes: [String] { self.configuration.map { "\($0)/themes" } }
}
