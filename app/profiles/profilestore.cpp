#include "app/profiles/profilestore.h"

#include "backend/tls/privatefile.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>

#include <toml++/toml.h>

#include <sstream>

using namespace Qt::StringLiterals;

namespace Drover {

namespace {

constexpr qint64 largestFile = 4 * 1024 * 1024;

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

/// Reads one profile's table; the first thing wrong is named.
class ProfileReader
{
public:
    ProfileReader(const QString &file, const toml::table &table) : m_file(file), m_table(table) { }

    Result<Profile> read(const QString &name)
    {
        Profile profile{.name = name};
        for (const QString &address : texts("addresses")) {
            const Result<ServerAddress> parsed = ServerAddress::parse(address);
            if (!parsed)
                return wrong("addresses", parsed.error().message);
            profile.addresses.append(*parsed);
        }
        if (profile.addresses.isEmpty())
            return wrong("addresses", u"a list of host:port is expected"_s);
        const auto authorities = Certificate::listFromPem(word("authority").toUtf8());
        if (!authorities)
            return wrong("authority", authorities.error().message);
        profile.authorities = *authorities;
        profile.user = word("user");
        if (m_table.contains("project"))
            profile.project = word("project");
        if (const toml::table *tunnel = m_table["tunnel"].as_table()) {
            const Result<TunnelSettings> read = ProfileReader(m_file, *tunnel).readTunnel();
            if (!read)
                return read.error();
            profile.tunnel = *read;
        }
        return profile;
    }

    Result<TunnelSettings> readTunnel()
    {
        TunnelSettings tunnel{.destination = word("destination"), .options = texts("options")};
        if (tunnel.destination.isEmpty())
            return wrong("destination", u"what ssh is to connect to is expected, user@host"_s);
        const Result<ServerAddress> daemon = ServerAddress::parse(word("daemon"));
        if (!daemon)
            return wrong("daemon", daemon.error().message);
        tunnel.daemon = *daemon;
        return tunnel;
    }

private:
    QString word(std::string_view key) const
    {
        return text(m_table[key].value<std::string>().value_or(std::string()));
    }

    QStringList texts(std::string_view key) const
    {
        QStringList list;
        if (const toml::array *array = m_table[key].as_array()) {
            for (const toml::node &node : *array)
                list.append(text(node.value<std::string>().value_or(std::string())));
        }
        return list;
    }

    Error wrong(std::string_view key, const QString &reason) const
    {
        const toml::node *node = m_table.get(key);
        const auto &source = node ? node->source() : m_table.source();
        return {.code = ErrorCode::Invalid,
                .message = u"the profiles cannot be read"_s,
                .problems = {{m_file, int(source.begin.line), text(key), reason,
                              u"mend it, or sign in again: drover login LINK"_s}}};
    }

    const QString &m_file;
    const toml::table &m_table;
};

toml::array arrayOf(const QStringList &texts)
{
    toml::array array;
    for (const QString &each : texts)
        array.push_back(each.toStdString());
    return array;
}

toml::table tableOf(const TunnelSettings &tunnel)
{
    toml::table table;
    table.insert("destination", tunnel.destination.toStdString());
    table.insert("daemon", printed(tunnel.daemon).toStdString());
    table.insert("options", arrayOf(tunnel.options));
    return table;
}

toml::table tableOf(const Profile &profile)
{
    QStringList addresses;
    for (const ServerAddress &address : profile.addresses)
        addresses.append(printed(address));
    toml::table table;
    table.insert("addresses", arrayOf(addresses));
    table.insert("authority", toPem(profile.authorities).toStdString());
    table.insert("user", profile.user.toStdString());
    table.insert("project", profile.project.toStdString());
    if (profile.tunnel)
        table.insert("tunnel", tableOf(*profile.tunnel));
    return table;
}

} // namespace

ProfileStore::ProfileStore(QString folder) : m_folder(std::move(folder))
{
}

QString ProfileStore::defaultFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/drover"_s;
}

QString ProfileStore::file() const
{
    return m_folder + u"/profiles.toml"_s;
}

QString ProfileStore::tokenFile(const QString &name) const
{
    return m_folder + u"/tokens/"_s + name;
}

QString ProfileStore::nameProblem(const QString &name)
{
    static const QRegularExpression form(
        u"^[A-Za-z0-9_][A-Za-z0-9._-]{0,59}\\z"_s); // also a file's name
    return form.match(name).hasMatch() ? QString()
                                       : u"use 1 to 60 letters, digits, dots, _ and -"_s;
}

Result<ProfileStore::Content> ProfileStore::read() const
{
    QFile file(this->file());
    if (!file.exists())
        return Content();
    if (!file.open(QIODevice::ReadOnly) || file.size() > largestFile)
        return fail(ErrorCode::Io, u"cannot read %1: %2"_s.arg(this->file(), file.errorString()));
    Content content;
    try {
        const std::string path = this->file().toStdString();
        const toml::table root = toml::parse(file.readAll().toStdString(), path);
        content.defaultName = text(root["default"].value<std::string>().value_or(std::string()));
        if (const toml::table *all = root["profile"].as_table()) {
            for (const auto &[name, node] : *all) {
                const toml::table *table = node.as_table();
                if (!table)
                    continue;
                const Result<Profile> profile
                    = ProfileReader(this->file(), *table).read(text(name.str()));
                if (!profile)
                    return profile.error();
                content.profiles.append(*profile);
            }
        }
    } catch (const toml::parse_error &wrong) {
        return Error{.code = ErrorCode::Invalid,
                     .message = u"the profiles cannot be read"_s,
                     .problems = {{this->file(),
                                   int(wrong.source().begin.line),
                                   {},
                                   text(wrong.description()),
                                   u"mend it, or remove it and sign in again"_s}}};
    }
    return content;
}

Result<void> ProfileStore::write(const Content &content) const
{
    toml::table all;
    for (const Profile &profile : content.profiles)
        all.insert(profile.name.toStdString(), tableOf(profile));
    toml::table root;
    root.insert("default", content.defaultName.toStdString());
    root.insert("profile", std::move(all));
    std::ostringstream stream;
    stream << root << '\n';
    const QFileDevice::Permissions own
        = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    if (!QDir().mkpath(m_folder + u"/tokens"_s)
        || !QFile::setPermissions(m_folder + u"/tokens"_s, own))
        return fail(ErrorCode::Io, u"cannot make the folder %1"_s.arg(m_folder));
    return writePrivateFile(file(), QByteArray::fromStdString(stream.str()));
}

Result<QList<Profile>> ProfileStore::profiles() const
{
    const Result<Content> content = read();
    if (!content)
        return content.error();
    return content->profiles;
}

Result<QString> ProfileStore::defaultName() const
{
    const Result<Content> content = read();
    if (!content)
        return content.error();
    return content->defaultName;
}

Result<Profile> ProfileStore::profile(const QString &name) const
{
    const Result<Content> content = read();
    if (!content)
        return content.error();
    const QString wanted = name.isEmpty() ? content->defaultName : name;
    QStringList known;
    for (const Profile &profile : content->profiles) {
        if (profile.name == wanted)
            return profile;
        known.append(profile.name);
    }
    if (known.isEmpty())
        return fail(ErrorCode::NotSignedIn,
                    u"you are not signed in anywhere; take an invitation link (droverd init prints "
                    "the first one) and type: drover login LINK"_s);
    return fail(ErrorCode::NotFound,
                u"there is no profile \"%1\"; there are: %2"_s.arg(wanted, known.join(u", "_s)));
}

Result<void> ProfileStore::save(const Profile &profile, const QString &token)
{
    if (const Result<void> saved = save(profile); !saved)
        return saved;
    return writePrivateFile(tokenFile(profile.name), token.toUtf8() + '\n');
}

Result<void> ProfileStore::save(const Profile &profile)
{
    if (const QString problem = nameProblem(profile.name); !problem.isEmpty())
        return fail(ErrorCode::Invalid,
                    u"the profile's name \"%1\" will not do: %2"_s.arg(profile.name, problem));
    Result<Content> content = read();
    if (!content)
        return content.error();
    content->profiles.removeIf([&](const Profile &each) { return each.name == profile.name; });
    content->profiles.append(profile);
    if (content->defaultName.isEmpty())
        content->defaultName = profile.name;
    return write(*content);
}

Result<void> ProfileStore::setDefault(const QString &name)
{
    const Result<Profile> there = profile(name);
    Result<Content> content = read();
    if (!there)
        return there.error();
    content->defaultName = name;
    return write(*content);
}

Result<void> ProfileStore::remove(const QString &name)
{
    const Result<Profile> there = profile(name);
    Result<Content> content = read();
    if (!there)
        return there.error();
    content->profiles.removeIf([&](const Profile &each) { return each.name == there->name; });
    if (content->defaultName == there->name)
        content->defaultName
            = content->profiles.isEmpty() ? QString() : content->profiles.first().name;
    QFile::remove(tokenFile(there->name));
    return write(*content);
}

Result<QString> ProfileStore::token(const QString &name) const
{
    const Result<QByteArray> bytes = readPrivateFile(tokenFile(name));
    if (bytes)
        return QString::fromUtf8(*bytes).trimmed();
    if (bytes.error().code != ErrorCode::NotFound)
        return bytes.error();
    return fail(ErrorCode::NotSignedIn,
                u"the profile \"%1\" has no token; sign in again: drover login LINK"_s.arg(name));
}

} // namespace Drover
