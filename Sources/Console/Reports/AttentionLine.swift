/// Something that somebody should look at, as a program or a person without a console reads it.
public struct AttentionLine: Hashable, Sendable, Encodable {
    /// `fail`, `trial` or `warn`.
    public let level: String
    /// A listener, a target group, a trust store, a log, a change.
    public let object: String
    public let sentence: String
    /// The page of the console that tells more; nil where none does.
    public let page: String?

    init(_ item: AttentionItem) {
        self.level = item.level.word.lowercased()
        self.object = item.object
        self.sentence = TextShaping.plain(item.sentence.english)
        self.page = item.place.page?.name
    }
}

extension AttentionItem.Place {
    fileprivate var page: Page? {
        switch self {
        case .listener: .listeners
        case .refusals: .refusals
        case .certificate, .store: .trustStores
        case .clients: .clients
        case .targets: .targets
        case .log: .log
        case .change: .changes
        case .nowhere: nil
        }
    }
}
